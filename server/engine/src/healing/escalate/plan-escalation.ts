/** Plans which VMs that restarts have not helped get more memory or CPU. See README.md. */
import type { Env } from '../../env.ts';
import type {
  EscalationInput,
  EscalationPlan,
  GivenUpVm,
  Growth,
  GrowthGap,
} from './model/escalation.ts';
import { chooseSize } from './rules/choose-size.ts';
import { findShortages } from './rules/find-shortage.ts';

/** Maximum number of growths before a VM needs manual action. */
export const GROWTHS_MAX = 3;

/**
 * Wait after a growth before the next one of the VM, doubled with each: restarts are tried with the
 * new size first. Unit: ms.
 */
const BACKOFF_MS_MIN = 600_000;

/** Plans a round. */
export function planEscalation(
  { vms, growing, growingMax }: EscalationInput,
  { nowMs }: Pick<Env, 'nowMs'>,
): EscalationPlan {
  const due: Growth[] = [];
  const wait: { readonly growth: Growth; readonly atMs: number }[] = [];
  const left: { readonly vm: GivenUpVm; readonly why: GrowthGap }[] = [];
  for (const vm of [...vms].sort(compareUrgency)) {
    const growth = judgeGrowth(vm);
    if (typeof growth === 'string') {
      left.push({ vm, why: growth });
      continue;
    }
    const atMs = Math.max(againMs(vm), vm.notBeforeMs ?? 0);
    if (atMs > nowMs) wait.push({ growth, atMs });
    else due.push(growth);
  }
  const begin = due.slice(0, Math.max(0, growingMax - growing));
  return { begin, wait, left, postponed: due.length - begin.length };
}

/** Whether a VM may grow, and to which size; else why not. */
function judgeGrowth(vm: GivenUpVm): Growth | GrowthGap {
  if (vm.ceiling === null) return 'not_allowed';
  if (vm.growths >= GROWTHS_MAX) return 'attempts';
  const shortages = findShortages(vm.signs);
  if (shortages.length === 0) return 'no_shortage';
  const to = chooseSize(vm, shortages);
  return to === undefined ? 'at_ceiling' : { vm, to, shortages };
}

/** Binary exponential backoff. */
function againMs({ growths, lastGrowthMs }: GivenUpVm): number {
  return lastGrowthMs === null ? 0 : lastGrowthMs + BACKOFF_MS_MIN * 2 ** Math.max(0, growths - 1);
}

function compareUrgency(left: GivenUpVm, right: GivenUpVm): number {
  return right.priority - left.priority || (left.id < right.id ? -1 : 1);
}
