/**
 * Finds the open incidents of VM groups whose members are being replaced: the one that was down is
 * gone, and the new one does not serve yet.
 */
import type { IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { VmGroupRow, VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readMembersOf } from '../../resources/vm-group/read-vm-groups.ts';
import { desiredOf, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { shownHealth } from '../../rows/observed/observed-health.ts';

/** Causes of which members are replaced. */
const REPLACED = ['crash_loop', 'unhealthy'];

/**
 * Maximum time for a new member to become healthy: a member whose health nothing can check does not
 * keep an incident open forever. Unit: ms.
 */
const STARTING_MS_MAX = 900_000;

/** @returns the ids of the incidents */
export async function findReplacing(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  open: readonly IncidentRow[],
): Promise<ReadonlySet<string>> {
  const ofGroups = open.filter(
    ({ cause, target_kind: kind }) => kind === 'vm_group' && REPLACED.includes(cause),
  );
  const groups = await store.read({
    from: 'vm_groups',
    where: { name: { in: ofGroups.map(({ target_name: name }) => name) } },
    damaged: 'blank',
  });
  const found = new Set<string>();
  for (const incident of ofGroups) {
    const group = groups.find(
      (row) => row.name === incident.target_name && row.tenant_id === incident.tenant_id,
    );
    if (group !== undefined && (await isReplacing(store, group, clock.nowMs()))) {
      found.add(incident.id);
    }
  }
  return found;
}

async function isReplacing(
  store: CapabilityDeps['store'],
  group: VmGroupRow,
  nowMs: number,
): Promise<boolean> {
  if (group.busy_operation_id !== null) return true;
  const { vms } = await readMembersOf(store, group.id);
  const isNew = ({ created_at_ms: atMs }: VmRow) => nowMs - atMs < STARTING_MS_MAX;
  return mapReadable(vms.filter(isNew), (row) => {
    const observed = observedOf(row);
    return shownHealth(desiredOf(row), observed, observed.status) === 'starting';
  }).includes(true);
}
