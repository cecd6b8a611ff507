/** Slack of each step before it lengthens the run. */
import { type StepTimes, type TimedStep, timeSteps } from './time-steps.ts';

/**
 * Computes slack: the time between when a step ends at the earliest, and when it has to have ended.
 * Source: Kelley and Walker, "Critical-Path Planning and Scheduling" (1959).
 * @param steps - in an order in which each comes after those that it needs
 * @param timed - their times, as `timeSteps` returns them
 * @returns by id; unit: milliseconds; 0 on a critical path
 */
export function findSlack(
  steps: readonly TimedStep[],
  timed: StepTimes = timeSteps(steps),
): ReadonlyMap<string, number> {
  const latestEnd = new Map<string, number>();
  const slack = new Map<string, number>();
  for (const { id, needs, durationMs } of steps.toReversed()) {
    const endMs = latestEnd.get(id) ?? timed.makespanMs;
    const startMs = endMs - durationMs;
    slack.set(id, startMs - (timed.times.get(id)?.earliestMs ?? 0));
    for (const need of needs) {
      latestEnd.set(need, Math.min(startMs, latestEnd.get(need) ?? timed.makespanMs));
    }
  }
  return slack;
}
