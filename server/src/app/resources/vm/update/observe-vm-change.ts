/** A change of a VM, and the rows that it depends on. */

import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type {
  NetworkRow,
  SecurityGroupRow,
  Tables,
  TemplateRow,
  VmRow,
} from '../../../../ports/tables/tables.ts';
import { attachmentVersionId, VOLUME_WORK } from '../../../kernel/operations/volume-lock.ts';
import { ruleLevelsQuery } from '../../../placement/facts/placement-rules.ts';
import type { ObservedSizes } from '../../../rows/observed-machine.ts';
import { allocationAtHome } from '../../../rows/vm-amounts.ts';
import {
  type GivenSecrets,
  mergeSecrets,
  readSecrets,
  type VmSecrets,
} from '../../../rows/vm-secrets.ts';
import type { WriteScope } from '../../scope.ts';
import { groupsOf } from '../../security-group/vm-firewall.ts';
import { type GivenKeys, giveKeys, givenKeysOf, sshKeysWithIds } from '../../ssh-key/given-keys.ts';
import {
  builtInTemplateOf,
  type TemplateParts,
  templateParts,
  templateVersionOf,
  versionRow,
} from '../../template/vm-template.ts';
import { startAfterQuery } from '../machine/check-start.ts';

/** Both ends of the change, with the rows. */
export interface VmChange {
  readonly kept: readonly Tables['rule_versions'][];
  readonly nodes: readonly Tables['nodes'][];
  readonly row: VmRow;
  readonly before: VmSpec;
  readonly after: VmSpec;
  readonly asFound: ObservedSizes;
  readonly secretsBefore: VmSecrets;
  readonly secretsAfter: VmSecrets;
  readonly holder: string | undefined;
  /** The VMs that it starts after, afterwards. */
  readonly earlier: readonly VmRow[];
  readonly networkBefore: NetworkRow | undefined;
  readonly networkAfter: NetworkRow | undefined;
  /** Those of both, and the further ones. */
  readonly networks: readonly NetworkRow[];
  /** The template version that it was created from. */
  readonly made: TemplateParts;
  /** The current version of its template. */
  readonly current: TemplateParts;
  /** The same as it is stored, where that is one of the tenant. */
  readonly ownTemplate: TemplateRow | undefined;
  /** The security groups before and after the change, and those that rules name. */
  readonly groups: readonly SecurityGroupRow[];
  /** The public keys of the SSH keys that it names afterwards. */
  readonly givenKeys: GivenKeys;
  readonly volumeWork: readonly Tables['operations'][];
  readonly rules: readonly Tables['rule_versions'][];
  readonly allocation: Tables['allocations'] | undefined;
  readonly allocations: readonly Tables['allocations'][];
  readonly node: Tables['nodes'] | undefined;
  readonly quota: Tables['tenant_quotas'] | undefined;
}

/** Reads everything in one snapshot. */
export async function observeVmChange(
  {
    row,
    before,
    after,
    asFound,
    given,
  }: Pick<VmChange, 'row' | 'before' | 'after' | 'asFound'> & { readonly given: GivenSecrets },
  scope: WriteScope,
): Promise<VmChange> {
  const tenant_id = row.tenant_id;
  const rows = await scope.deps.store.snapshot({
    kept: ruleLevelsQuery(tenant_id),
    holders: { from: 'vms', where: { tenant_id, name: after.name, id: { not: row.id } } },
    networks: {
      from: 'networks',
      where: { tenant_id, id: { in: [...networkIdsOf(before), ...networkIdsOf(after)] } },
    },
    templates: builtInTemplateOf(after),
    versions: templateVersionOf(row),
    ownTemplates: { from: 'tenant_templates', where: { tenant_id, id: after.template_id ?? '' } },
    allocations: { from: 'allocations', where: { vm_id: row.id } },
    secrets: { from: 'vm_secrets', where: { id: row.id }, damaged: 'blank' },
    nodes: { from: 'nodes' },
    groups: groupsOf(tenant_id, [before, after]),
    sshKeys: sshKeysWithIds(tenant_id, after),
    quotas: { from: 'tenant_quotas', where: { id: tenant_id } },
    volumeWork: VOLUME_WORK,
    rules: { from: 'rule_versions', where: { id: attachmentVersionId(row.id) } },
    earlier: startAfterQuery(tenant_id, after),
  });
  const allocation = allocationAtHome(row, rows);
  const secretsBefore = readSecrets(rows.secrets[0]);
  return {
    kept: rows.kept,
    nodes: rows.nodes,
    secretsBefore,
    secretsAfter: mergeSecrets(secretsBefore, given),
    row,
    before,
    after,
    asFound,
    holder: rows.holders[0]?.id,
    earlier: rows.earlier,
    networkBefore: rows.networks.find((network) => network.id === before.network_id),
    networkAfter: rows.networks.find((network) => network.id === after.network_id),
    networks: rows.networks,
    made: templateParts(rows.templates[0], rows.versions[0]),
    current: templateParts(
      rows.templates[0],
      rows.ownTemplates[0] && versionRow(rows.ownTemplates[0]),
    ),
    ownTemplate: rows.ownTemplates[0],
    groups: rows.groups,
    givenKeys: giveKeys(after, rows.sshKeys, givenKeysOf(row)),
    volumeWork: rows.volumeWork,
    rules: rows.rules,
    allocation,
    allocations: rows.allocations,
    node: rows.nodes.find((node) => node.id === allocation?.node_id),
    quota: rows.quotas[0],
  };
}
