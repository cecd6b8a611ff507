/** Plans which VMs of dead nodes start on other nodes now. See README.md. */
import type { Env } from '../../env.ts';
import type { RecoveryInput, RecoveryPlan } from './model/recovery.ts';
import { compareUrgency } from './rules/compare-urgency.ts';

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
