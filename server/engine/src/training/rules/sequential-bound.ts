/** The bound of a comparison that is looked at all the time. */
import type { Verdict } from '../model/comparison.ts';

/**
 * Bound of the scaled statistic with which a comparison that is looked at all the time finds a
 * difference that is not there in 5 % of cases: by the reflection principle, the chance that a
 * Brownian motion leaves ±c before time 1 is at most 4 (1 - Φ(c)). Source: O'Brien and Fleming
 * (1979); Siegmund, "Sequential Analysis" (1985).
 */
export const BOUND = 2.2414;

/**
 * Judges the evidence so far.
 * @param statistic - standard normal at the end, and scaled by the root of `seen` before
 * @param seen - share of the declared samples, 0 to 1
 */
export function verdictOf(statistic: number, seen: number): Verdict {
  if (statistic > BOUND) return 'challenger';
  if (statistic < -BOUND) return 'champion';
  return seen < 1 ? 'undecided' : 'no-difference';
}
