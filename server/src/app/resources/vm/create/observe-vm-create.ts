/** Reads what the create of a VM depends on: the resources that it refers to, and the fleet. */

import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Snapshot } from '../../../../ports/store.ts';
import type { ReservationRow } from '../../../../ports/tables/reservation-row.ts';
import type {
  NetworkRow,
  SecurityGroupRow,
  Tables,
  TemplateRow,
  VmRow,
} from '../../../../ports/tables/tables.ts';
import { chargeOfVms, checkQuota } from '../../../access/quota/tenant-quota.ts';
import { FLEET } from '../../../placement/facts/fleet-facts.ts';
import { withClaims } from '../../../placement/facts/node-facts.ts';
import { ruleLevelsQuery } from '../../../placement/facts/placement-rules.ts';
import { previewKeyOf } from '../../../placement/previews/stored-preview.ts';
import { toPlacementRequest } from '../../../rows/placement-request.ts';
import { nameTaken, referenceUnknown } from '../../../rows/resource-problems.ts';
import { amountsOf } from '../../../rows/vm-amounts.ts';
import type { WriteScope } from '../../scope.ts';
import { checkGroups, groupsOf } from '../../security-group/vm-firewall.ts';
import { checkKeyIds, type GivenKeys, giveKeys, sshKeysWithIds } from '../../ssh-key/given-keys.ts';
import { builtInTemplateOf, checkAgainstTemplate } from '../../template/vm-template.ts';
import {
  checkConnection,
  checkFirmware,
  checkFirmwareMemory,
  checkGrowth,
  checkStandby,
} from '../machine/check-machine.ts';
import { checkStartAfter, startAfterQuery } from '../machine/check-start.ts';
import { checkRestartWindow } from '../update/restart-window.ts';

/** Facts that the placement of a new VM depends on. */
export interface FoundForPlace {
  readonly kept: readonly Tables['rule_versions'][];
  readonly nodes: readonly Tables['nodes'][];
  /** The preview of this VM. */
  readonly preview: Tables['placement_previews'] | undefined;
}

/** The resources that a VM refers to, its quota, and the holder of its name. */
export interface VmReferences {
  readonly holder: string | undefined;
  readonly network: NetworkRow | undefined;
  /** The other ones that it names. */
  readonly furtherNetworks: readonly NetworkRow[];
  /** A built-in template, or else... */
  readonly template: Tables['templates'] | undefined;
  /** ...a template of the tenant. */
  readonly ownTemplate: TemplateRow | undefined;
  /** The security groups that it has, or that its rules name. */
  readonly groups: readonly SecurityGroupRow[];
  /** The public keys of the SSH keys that it names. */
  readonly givenKeys: GivenKeys;
  readonly quota: Tables['tenant_quotas'] | undefined;
  /** The VMs that it starts after. */
  readonly earlier: readonly VmRow[];
}

/** Reads the fleet in one snapshot. */
export async function observePlace(spec: VmSpec, scope: WriteScope): Promise<FoundForPlace> {
  const { tenantId } = scope.context.principal;
  const lookupKey = previewKeyOf(scope.context, toPlacementRequest(spec));
  const rows = await scope.deps.store.snapshot({
    kept: ruleLevelsQuery(tenantId),
    ...FLEET,
    previews: { from: 'placement_previews', where: { lookup_key: lookupKey } },
  });
  const { kept, nodes, claims, previews } = rows;
  return { kept, nodes: withClaims(nodes, claims), preview: previews[0] };
}

/** Reads what a new VM refers to. */
export async function observeReferences(spec: VmSpec, scope: WriteScope): Promise<VmReferences> {
  return toReferences(spec, await scope.deps.store.snapshot(referencesOf(spec, scope)));
}

function referencesOf(spec: VmSpec, scope: WriteScope) {
  const { tenantId } = scope.context.principal;
  return {
    holders: { from: 'vms', where: { tenant_id: tenantId, name: spec.name } },
    networks: { from: 'networks', where: { tenant_id: tenantId, id: { in: networkIdsOf(spec) } } },
    templates: builtInTemplateOf(spec),
    ownTemplates: {
      from: 'tenant_templates',
      where: { tenant_id: tenantId, id: oneOf(spec.template_id) },
    },
    groups: groupsOf(tenantId, [spec]),
    sshKeys: sshKeysWithIds(tenantId, spec),
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
    earlier: startAfterQuery(tenantId, spec),
  } as const;
}

/** A condition for an optional id: for null an empty list, which no store looks up. */
function oneOf(id: string | null) {
  return { in: id === null ? [] : [id] };
}

function toReferences(spec: VmSpec, rows: Snapshot<ReturnType<typeof referencesOf>>): VmReferences {
  return {
    holder: rows.holders[0]?.id,
    network: rows.networks.find(({ id }) => id === spec.network_id),
    furtherNetworks: rows.networks.filter(({ id }) => id !== spec.network_id),
    template: rows.templates[0],
    ownTemplate: rows.ownTemplates[0],
    groups: rows.groups,
    givenKeys: giveKeys(spec, rows.sshKeys),
    quota: rows.quotas[0],
    earlier: rows.earlier,
  };
}

/** Whether the template of the VM exists. */
export function hasTemplate({ template, ownTemplate }: VmReferences): boolean {
  return template !== undefined || ownTemplate !== undefined;
}

/**
 * Returns the problems of a VM besides its placement.
 * @param more - the reservation that it takes, and the fields whose values are not known yet
 */
export function checkVmCreate(
  spec: VmSpec,
  found: VmReferences,
  more: { readonly reservation?: ReservationRow | undefined } & Pick<WriteScope, 'unknown'>,
): Problem[] {
  const { reservation, unknown } = more;
  const problems: Problem[] = [];
  if (found.holder !== undefined) problems.push(nameTaken('vm', spec.name, found.holder));
  if (spec.network_id !== null && found.network === undefined) {
    problems.push(referenceUnknown('network_id', 'network', spec.network_id));
  }
  if (spec.template_id !== null && !hasTemplate(found)) {
    problems.push(referenceUnknown('template_id', 'template', spec.template_id));
  }
  problems.push(...checkConnection(spec, found.furtherNetworks, unknown));
  problems.push(...checkFirmware(spec, unknown), ...checkFirmwareMemory(spec, unknown));
  problems.push(...checkRestartWindow(spec));
  problems.push(...checkAgainstTemplate(spec, found.ownTemplate));
  problems.push(...checkGroups(spec, found.groups));
  problems.push(...checkKeyIds(spec, found.givenKeys));
  problems.push(...checkStartAfter(spec, found.earlier));
  problems.push(...checkStandby(spec));
  problems.push(...checkGrowth(spec));
  const row = found.quota && reservation ? quotaWithout(found.quota, reservation) : found.quota;
  const quota = checkQuota(row, chargeOfVms(1, amountsOf(spec)));
  if (quota !== undefined) problems.push(quota);
  return problems;
}

/** Returns the quota without the reservation whose room the VM takes. */
function quotaWithout(row: Tables['tenant_quotas'], held: ReservationRow): Tables['tenant_quotas'] {
  return {
    ...row,
    vms_used: row.vms_used - 1,
    cpu_cores_used: row.cpu_cores_used - held.cpu_cores,
    memory_mib_used: row.memory_mib_used - held.memory_mib,
    disk_gb_used: row.disk_gb_used - held.disk_gb,
  };
}
