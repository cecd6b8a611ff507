/** Compares two models on the same rows, with the chance that they do not differ. */
import type { ComparisonPlan, ComparisonQuestion, Verdict } from './model/comparison.ts';
import { batchMeans, PARTS, varianceOf } from './rules/batch-means.ts';
import { compareErrors } from './rules/compare-errors.ts';
import { meanOf } from './rules/measure-errors.ts';
import { mannWhitneyTest, welchTest } from './rules/test-difference.ts';

/** Fewer rows have no batch means. */
export const COMPARED_ROWS_MIN = 2 * PARTS;

/**
 * Bound of the scaled statistic with which a comparison that is looked at all the time finds a
 * difference that is not there in 5 % of cases: by the reflection principle, the chance that a
 * Brownian motion leaves ±c before time 1 is at most 4 (1 - Φ(c)). Source: O'Brien and Fleming
 * (1979); Siegmund, "Sequential Analysis" (1985).
 */
const BOUND = 2.2414;

/** Compares. @param question - at least {@link COMPARED_ROWS_MIN} rows */
export function planComparison({
  target,
  champion,
  challenger,
  plannedRows,
}: ComparisonQuestion): ComparisonPlan {
  const errorsOf = (predicted: Float64Array) =>
    target.map((value, row) => Math.abs(value - (predicted[row] ?? 0)));
  const [old, fresh] = [errorsOf(champion), errorsOf(challenger)];
  const gains = old.map((error, row) => error - (fresh[row] ?? 0));
  const spread = Math.sqrt(varianceOf(batchMeans(gains)) / PARTS);
  const seen = Math.min(1, target.length / plannedRows);
  const z = spread === 0 ? 0 : meanOf(gains) / spread;
  const statistic = z * Math.sqrt(seen);
  return {
    rows: target.length,
    championMae: meanOf(old),
    challengerMae: meanOf(fresh),
    improvement: compareErrors(target, challenger, champion),
    welchP: welchTest(batchMeans(old), batchMeans(fresh)),
    mannWhitneyP: mannWhitneyTest(batchMeans(old), batchMeans(fresh)),
    statistic,
    bound: BOUND,
    verdict: verdictOf(statistic, seen),
  };
}

function verdictOf(statistic: number, seen: number): Verdict {
  if (statistic > BOUND) return 'challenger';
  if (statistic < -BOUND) return 'champion';
  return seen < 1 ? 'undecided' : 'no-difference';
}
