/** Changes of a series, and its newest part. */

/**
 * Changes over a distance.
 * @param over - the distance, such as a season. Unit: values; 1 or more
 * @returns as many values as there are behind the first `over`
 */
export function changesOf(values: Float64Array, over: number): Float64Array {
  return values.subarray(over).map((value, at) => value - (values[at] ?? 0));
}

/** Values that models with a short memory read at most, beside four seasons. */
const RECENT_MAX = 2_000;

/** The newest values: old ones have no weight any more. */
export function recentOf(values: Float64Array, period: number): Float64Array {
  return values.subarray(-Math.max(RECENT_MAX, 4 * period));
}
