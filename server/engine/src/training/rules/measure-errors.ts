/** Measures how well predictions meet a target. */

/** Mean; 0 of nothing. */
export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Mean absolute error, in the unit of the target. */
export function meanAbsoluteError(target: Float64Array, predicted: Float64Array): number {
  return meanOf(target.map((value, at) => Math.abs(value - (predicted[at] ?? 0))));
}

/** Share of the variance of the target that predictions explain: 1 is all, 0 as the mean does. */
export function explainedVariance(target: Float64Array, predicted: Float64Array): number {
  const mean = meanOf(target);
  const left = meanOf(target.map((value, at) => (value - (predicted[at] ?? 0)) ** 2));
  const all = meanOf(target.map((value) => (value - mean) ** 2));
  return all === 0 ? 0 : 1 - left / all;
}
