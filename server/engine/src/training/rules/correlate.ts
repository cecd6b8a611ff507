/** How much a column resembles a target. */
import { meanOf } from './measure-errors.ts';

/** Absolute value of Pearson's correlation over rows with a value; 0 for a constant. */
export function correlation(column: Float64Array, target: Float64Array): number {
  const [xs, ys] = knownOf(column, target);
  const [x, y] = [meanOf(xs), meanOf(ys)];
  const covariance = meanOf(xs.map((value, row) => (value - x) * ((ys[row] ?? 0) - y)));
  const spread =
    meanOf(xs.map((value) => (value - x) ** 2)) * meanOf(ys.map((value) => (value - y) ** 2));
  return spread === 0 ? 0 : Math.abs(covariance) / Math.sqrt(spread);
}

/**
 * Absolute value of Spearman's rank correlation over rows with a value: 1 for any function that
 * only grows or only falls, such as a logarithm.
 */
export function rankCorrelation(column: Float64Array, target: Float64Array): number {
  const [xs, ys] = knownOf(column, target);
  return correlation(ranksOf(xs), ranksOf(ys));
}

function knownOf(column: Float64Array, target: Float64Array) {
  const isKnown = (_: number, row: number) => !Number.isNaN(column[row] ?? Number.NaN);
  return [column.filter(isKnown), target.filter(isKnown)] as const;
}

/** Rank of each value; equal values have their mean rank. */
function ranksOf(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  const ranks = new Map<number, number>();
  for (let from = 0; from < sorted.length; ) {
    const value = sorted[from] ?? 0;
    let until = from;
    while (until < sorted.length && sorted[until] === value) until += 1;
    ranks.set(value, (from + until - 1) / 2);
    from = until;
  }
  return values.map((value) => ranks.get(value) ?? 0);
}
