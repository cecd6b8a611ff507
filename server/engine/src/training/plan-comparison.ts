/** Compares two models on the same rows, with the chance that they do not differ. */
import type { ComparisonPlan, ComparisonQuestion } from './model/comparison.ts';
import { batchMeans, PARTS, varianceOf } from './rules/batch-means.ts';
import { compareErrors } from './rules/compare-errors.ts';
import { meanOf } from './rules/measure-errors.ts';
import { BOUND, verdictOf } from './rules/sequential-bound.ts';
import { mannWhitneyTest, welchTest } from './rules/test-difference.ts';

/** Fewer rows have no batch means. */
export const COMPARED_ROWS_MIN = 2 * PARTS;

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
