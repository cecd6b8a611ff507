/** Plans which VMs that stopped by themselves start again now. See README.md. */
import type { Env } from '../../env.ts';
import type {
  Attempted,
  RestartInput,
  RestartPlan,
  RestartPolicy,
  StoppedVm,
} from './model/restart.ts';

/** A VM that has run for this long after a start is not in a crash loop. Unit: ms. */
export const STABLE_MS = 600_000;

/** Wait between the first start and the second, doubled with each further one. Unit: ms. */
const BACKOFF_MS_MIN = 10_000;
const BACKOFF_MS_MAX = 300_000;

/** Policies that restart a VM, by the reason why it stopped. */
const STARTED_BY: Readonly<Record<StoppedVm['ending'], readonly RestartPolicy[]>> = {
  failure: ['on-failure', 'always'],
  shutdown: ['always'],
};

/** Plans a round. */
export function planRestarts(
  { vms, ...limits }: RestartInput,
  { nowMs }: Pick<Env, 'nowMs'>,
): RestartPlan {
  const due: Attempted[] = [];
  const wait: (Attempted & { readonly atMs: number })[] = [];
  const giveUp: Attempted[] = [];
  for (const vm of [...vms].sort(compareUrgency)) {
    if (!isStartedAgain(vm)) continue;
    // The starts of one that is given up are long ago, and no stable run has followed.
    const attempts = Math.max(vm.givenUpAfter ?? 0, countAttempts(vm, nowMs));
    const afterMs = attempts === 0 ? 0 : (vm.startsMs.at(-1) ?? 0) + backoffMs(attempts);
    const atMs = Math.max(afterMs, vm.notBeforeMs ?? 0);
    if (attempts >= vm.attemptsMax) giveUp.push({ vm, attempts });
    else if (atMs > nowMs) wait.push({ vm, attempts, atMs });
    else due.push({ vm, attempts });
  }
  const begin = takeWithin(due, limits);
  return { begin, wait, giveUp, postponed: due.length - begin.length };
}

/** Whether the policy of a VM starts it after such an end. */
export function isStartedAgain({ policy, ending }: Pick<StoppedVm, 'policy' | 'ending'>): boolean {
  return STARTED_BY[ending].includes(policy);
}

/** Selects starts within the limits, in order; VMs of a busy node let others go first. */
function takeWithin(
  due: readonly Attempted[],
  { startingOn, startsMax, startsOnNodeMax }: Omit<RestartInput, 'vms'>,
): readonly Attempted[] {
  const onNode = new Map<string, number>();
  for (const node of startingOn) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  let left = startsMax - startingOn.length;
  return due.filter(({ vm: { node } }) => {
    const starting = onNode.get(node) ?? 0;
    if (left <= 0 || starting >= startsOnNodeMax) return false;
    onNode.set(node, starting + 1);
    left -= 1;
    return true;
  });
}

/**
 * Counts the starts of the row that has not ended: between two of a row lies less than a stable run
 * and the wait before the later one.
 */
function countAttempts(
  { startsMs, stableMs: ranMs }: Pick<StoppedVm, 'startsMs' | 'stableMs'>,
  nowMs: number,
): number {
  let inRow = 0;
  for (const [at, startMs] of startsMs.entries()) {
    inRow += 1;
    const nextMs = startsMs[at + 1];
    const stableMs = startMs + ranMs + (nextMs === undefined ? 0 : backoffMs(inRow));
    if ((nextMs ?? nowMs) >= stableMs) inRow = 0;
  }
  return inRow;
}

/** Binary exponential backoff. @param attempts - how often it was started in a row before */
function backoffMs(attempts: number): number {
  return Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** (attempts - 1));
}

function compareUrgency(left: StoppedVm, right: StoppedVm): number {
  return right.priority - left.priority || (left.id < right.id ? -1 : 1);
}
