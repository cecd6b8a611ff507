/**
 * Members of VM groups that may still get more memory or CPU: a growth keeps their root disks, a
 * replacement does not, so it waits for that.
 */
import { planEscalation } from '@novacron/engine/healing/escalate/plan-escalation';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapReadable } from '../../rows/answer-resource.ts';
import { faultOfGivenUp, toGivenUpVm } from '../escalation/given-up-vms.ts';

/**
 * Maximum time to wait for a member: its guest is measured, and it may grow for ten minutes. Unit:
 * ms.
 */
const GROWING_MS_MAX = 900_000;

/** Events that are looked at. */
const EVENTS_MAX = 1_000;

const GIVEN_UP = ['vm.stays_unhealthy', 'vm.crash_loop'];

/** @returns the ids of those that are not replaced yet */
export async function findGrowing(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  vms: readonly VmRow[],
): Promise<ReadonlySet<string>> {
  const nowMs = clock.nowMs();
  const able = mapReadable(vms, (row) => (mayGrow(row, nowMs) ? [row.id] : [])).flat();
  if (able.length === 0) return new Set();
  const events = await store.read({
    from: 'events',
    where: {
      target: { in: able },
      type: { in: [...GIVEN_UP, 'vm.not_grown'] },
      at_ms: { above: nowMs - GROWING_MS_MAX },
    },
    orderBy: { column: 'at_ms', direction: 'asc' },
    limit: EVENTS_MAX,
  });
  // What was said last counts: that it is given up, or that it does not grow.
  const last = new Map<string, string>(events.map(({ target, type }) => [target, type]));
  return new Set(able.filter((id) => GIVEN_UP.includes(last.get(id) ?? '')));
}

/** Whether its owner lets it grow, and it is not at its largest size. */
function mayGrow(row: VmRow, nowMs: number): boolean {
  const fault = faultOfGivenUp(row);
  if (fault === undefined) return false;
  // What its guest lacks is known to the server that measures it, which says so.
  const signs = { console: [], memoryAvailableRatios: [], cpuUsedRatios: [] };
  const vm = toGivenUpVm(row, fault, { signs, notBeforeMs: undefined });
  const { left } = planEscalation({ vms: [vm], growing: 0, growingMax: 1 }, { nowMs });
  return left.every(({ why }) => why === 'no_shortage');
}
