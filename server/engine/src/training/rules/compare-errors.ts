/** Compares the errors of two predictions of the same rows, or what two ways to decide cost. */
import { batchMeans, PARTS, varianceOf } from './batch-means.ts';
import { meanOf } from './measure-errors.ts';

/** One-sided 99 % quantile of Student's t with 19 degrees of freedom. */
const QUANTILE = 2.539;

/** How far something is below something else. Unit: shares of the mean of the other. */
export interface Improvement {
  readonly estimate: number;
  /** Lower end of the 99 % interval: above 0, the difference is beyond chance. */
  readonly lower: number;
}

/** By how much the absolute errors of a model are below those of a rule. */
export function compareErrors(
  target: Float64Array,
  model: Float64Array,
  rule: Float64Array,
): Improvement {
  const errorsOf = (predicted: Float64Array) =>
    target.map((value, row) => Math.abs(value - (predicted[row] ?? 0)));
  return compareCosts(errorsOf(model), errorsOf(rule));
}

/** By how much costs are below others; of fewer than {@link PARTS}, nothing is beyond chance. */
export function compareCosts(costs: Float64Array, others: Float64Array): Improvement {
  const gains = others.map((other, row) => other - (costs[row] ?? 0));
  const [mean, whole] = [meanOf(gains), meanOf(others)];
  if (whole === 0) return { estimate: 0, lower: 0 };
  const estimate = mean / whole;
  if (gains.length < PARTS) return { estimate, lower: Number.NEGATIVE_INFINITY };
  const lower = mean - QUANTILE * Math.sqrt(varianceOf(batchMeans(gains)) / PARTS);
  return { estimate, lower: lower / whole };
}
