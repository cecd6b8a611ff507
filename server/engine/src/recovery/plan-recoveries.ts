/** Plans which VMs of dead nodes start on other nodes now. See README.md. */
import type { Env } from '../env.ts';
import type { RecoveryInput, RecoveryPlan, WaitingVm } from './model/recovery.ts';

/** Plans a round. */
export function planRecoveries(
  { vms, underWay, underWayMax }: RecoveryInput,
  { nowMs }: Pick<Env, 'nowMs'>,
): RecoveryPlan {
  const due = vms
    .filter(({ notBeforeMs }) => notBeforeMs === null || notBeforeMs <= nowMs)
    .sort(compareUrgency);
  const begin = due.slice(0, Math.max(0, underWayMax - underWay));
  return { begin, postponed: due.length - begin.length };
}

/**
 * The important first; among equals the large ones, which find a place only while there is much
 * room (first fit decreasing: Johnson 1973, "Near-optimal bin packing algorithms").
 */
function compareUrgency(left: WaitingVm, right: WaitingVm): number {
  const byPriority = right.priority - left.priority;
  const bySize = right.memoryMib - left.memoryMib;
  return byPriority || bySize || (left.id < right.id ? -1 : 1);
}
