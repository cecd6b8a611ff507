/** Pairs predictions with what came, for plots. */
import type { Pair } from '../model/training.ts';
import { meanOf } from './measure-errors.ts';

/** As many as a plot shows apart. */
const PAIRS_MAX = 200;

const TENTHS = 10;

/** Some rows at equal distances, in their order. */
export function pickPairs(target: Float64Array, predicted: Float64Array): readonly Pair[] {
  const count = Math.min(PAIRS_MAX, target.length);
  return Array.from({ length: count }, (_, at) => {
    const row = Math.floor((at * target.length) / count);
    return { actual: target[row] ?? 0, predicted: predicted[row] ?? 0 };
  });
}

/** Means of tenths of the rows, by ascending prediction. */
export function pairTenths(target: Float64Array, predicted: Float64Array): readonly Pair[] {
  const rows = Int32Array.from(target.keys()).toSorted(
    (a, b) => (predicted[a] ?? 0) - (predicted[b] ?? 0),
  );
  const limit = (part: number) => Math.floor((rows.length * part) / TENTHS);
  return Array.from({ length: TENTHS }, (_, part) => {
    const own = rows.subarray(limit(part), limit(part + 1));
    const mean = (values: Float64Array) =>
      meanOf(Float64Array.from(own, (row) => values[row] ?? 0));
    return { actual: mean(target), predicted: mean(predicted) };
  });
}
