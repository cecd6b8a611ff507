/** State that a VM takes along to another node, and its possible destinations. */
import type { MachineGuest } from '@novacron/contract/agent/machine';
import type { MachineNetwork } from '@novacron/contract/agent/machine-network';
import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type {
  NetworkRow,
  SecurityGroupRow,
  Tables,
  VmRow,
  VolumeRow,
} from '../../../../ports/tables/tables.ts';
import { attachmentVersionId, VOLUME_WORK } from '../../../kernel/operations/volume-lock.ts';
import { FLEET } from '../../../placement/facts/fleet-facts.ts';
import { withClaims } from '../../../placement/facts/node-facts.ts';
import { ruleLevelsQuery } from '../../../placement/facts/placement-rules.ts';
import { desiredAs } from '../../../rows/answer-resource.ts';
import { allocationAtHome } from '../../../rows/vm-amounts.ts';
import { readSecrets, toGuest } from '../../../rows/vm-secrets.ts';
import { furtherInterfacesOf, toFurtherNetworks } from '../../network/further-interfaces.ts';
import type { WriteScope } from '../../scope.ts';
import { groupsOf } from '../../security-group/vm-firewall.ts';
import { givenKeysOf, guestKeys } from '../../ssh-key/given-keys.ts';
import {
  builtInTemplateOf,
  type TemplateParts,
  templateParts,
  templateVersionOf,
} from '../../template/vm-template.ts';

/** A VM that is to move, as the store has it. */
export interface MovingVm {
  readonly kept: readonly Tables['rule_versions'][];
  readonly row: VmRow;
  readonly spec: VmSpec;
  readonly guest: MachineGuest;
  readonly volumes: readonly VolumeRow[];
  readonly network: NetworkRow | undefined;
  /** Its further interfaces. */
  readonly further: readonly MachineNetwork[];
  readonly made: TemplateParts;
  readonly groups: readonly SecurityGroupRow[];
  readonly volumeWork: readonly Tables['operations'][];
  readonly rules: readonly Tables['rule_versions'][];
  readonly allocation: Tables['allocations'] | undefined;
  /** All that it has. */
  readonly allocations: readonly Tables['allocations'][];
  /** On how many nodes it has allocations: more than one after a migration that got stuck. */
  readonly places: number;
  readonly nodes: readonly Tables['nodes'][];
  /** Room that is reserved for it on a second node. */
  readonly standby: Tables['standbys'] | undefined;
}

/** Reads it. */
export async function observeMovingVm(row: VmRow, scope: WriteScope): Promise<MovingVm> {
  const spec = desiredAs(row, VmSpec);
  const rows = await scope.deps.store.snapshot({
    kept: ruleLevelsQuery(row.tenant_id),
    secrets: { from: 'vm_secrets', where: { id: row.id }, damaged: 'blank' },
    volumes: { from: 'volumes', where: { attached_to: row.id } },
    networks: { from: 'networks', where: { id: { in: networkIdsOf(spec) } } },
    templates: builtInTemplateOf(spec),
    versions: templateVersionOf(row),
    allocations: { from: 'allocations', where: { vm_id: row.id } },
    standbys: { from: 'standbys', where: { id: row.id } },
    ...FLEET,
    groups: groupsOf(row.tenant_id, [spec]),
    volumeWork: VOLUME_WORK,
    rules: { from: 'rule_versions', where: { id: attachmentVersionId(row.id) } },
  });
  const made = templateParts(rows.templates[0], rows.versions[0]);
  return {
    kept: rows.kept,
    row,
    spec,
    guest: toGuest(guestKeys(spec, givenKeysOf(row)), readSecrets(rows.secrets[0]), made.userData),
    volumes: rows.volumes,
    network: rows.networks.find(({ id }) => id === spec.network_id),
    further: toFurtherNetworks(furtherInterfacesOf(row), rows.networks),
    made,
    groups: rows.groups,
    volumeWork: rows.volumeWork,
    rules: rows.rules,
    allocation: allocationAtHome(row, rows),
    allocations: rows.allocations,
    places: rows.allocations.length,
    standby: rows.standbys[0],
    nodes: withClaims(rows.nodes, rows.claims),
  };
}
