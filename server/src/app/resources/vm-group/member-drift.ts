/** The drift of members, most of which an update of their group restores. */
import type { JsonObject } from '@novacron/contract/json';
import type { Tables } from '../../../ports/tables/tables.ts';
import { mapReadable, observedOf } from '../../rows/answer-resource.ts';
import type { MemberDrift, ResourceDeps } from '../deps.ts';
import { readUnobserved } from '../vm/read/shown-status.ts';

/**
 * Reads which of these members have drifted, of those that can be changed now: not one whose
 * machine is missing, or whose node is out of contact.
 * @param of.lost - names of nodes whose machines are not observed
 * @returns the drift of each, by the id of its VM
 */
export async function readMemberDrift(
  { findMemberDrift }: Pick<ResourceDeps, 'findMemberDrift'>,
  of: {
    readonly tenantId: string;
    readonly vms: readonly Tables['vms'][];
    readonly lost: ReadonlySet<string>;
  },
): Promise<ReadonlyMap<string, MemberDrift>> {
  const ids = mapReadable(of.vms, (vm) => {
    const { status, node } = observedOf(vm);
    return status === 'unknown' || of.lost.has(String(node)) ? [] : [vm.id];
  }).flat();
  return ids.length === 0 ? new Map() : findMemberDrift({ tenantId: of.tenantId, ids });
}

/** Reads the fields that restore those of a group's members that have drifted, by their ids. */
export async function readRestored(
  deps: ResourceDeps,
  vms: readonly Tables['vms'][],
): Promise<ReadonlyMap<string, JsonObject>> {
  const [first] = vms;
  if (first === undefined) return new Map();
  const lost = await readUnobserved(deps);
  const found = await readMemberDrift(deps, { tenantId: first.tenant_id, vms, lost });
  const restored = [...found].flatMap(([id, { restored }]) =>
    restored === undefined ? [] : [[id, restored] as const],
  );
  return new Map(restored);
}
