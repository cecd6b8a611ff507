/** Expected durations of steps. */
import { type AutomationStep, durationMsOf } from '@novacron/contract/automation/definition';

/** Duration of a step without data: the chain with the most steps is then the longest. */
const STEP_MS = 1_000;

/**
 * Returns how long a step takes: as is known, else as long as it waits, else a second.
 * @param knownMs - unit, as of the result: milliseconds
 */
export function expectedMs({ wait }: Pick<AutomationStep, 'wait'>, knownMs?: number): number {
  const waitMs = wait?.duration === undefined ? undefined : durationMsOf(wait.duration);
  return knownMs ?? waitMs ?? STEP_MS;
}
