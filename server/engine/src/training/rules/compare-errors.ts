/** Compares the errors of two predictions of the same rows. */
import { batchMeans, PARTS, varianceOf } from './batch-means.ts';
import { meanOf } from './measure-errors.ts';

/** One-sided 99 % quantile of Student's t with 19 degrees of freedom. */
const QUANTILE = 2.539;

/**
 * By how much the absolute errors of a model are below those of a rule.
 * @returns shares of the mean error of the rule
 */
export function compareErrors(
  target: Float64Array,
  model: Float64Array,
  rule: Float64Array,
): { readonly estimate: number; readonly lower: number } {
  const gains = target.map(
    (value, row) => Math.abs(value - (rule[row] ?? 0)) - Math.abs(value - (model[row] ?? 0)),
  );
  const whole = meanOf(target.map((value, row) => Math.abs(value - (rule[row] ?? 0))));
  if (whole === 0) return { estimate: 0, lower: 0 };
  const mean = meanOf(gains);
  const lower = mean - QUANTILE * Math.sqrt(varianceOf(batchMeans(gains)) / PARTS);
  return { estimate: mean / whole, lower: lower / whole };
}
