/** Error measures of forecasts, from the M4 competition. */

/**
 * Symmetric mean absolute percentage error.
 * @returns percent, 0 to 200
 */
export function measureSmape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < actual.length; at += 1) {
    const real = actual[at] ?? 0;
    const expected = forecast[at] ?? 0;
    const size = Math.abs(real) + Math.abs(expected);
    if (size > 0) sum += (2 * Math.abs(real - expected)) / size;
  }
  return actual.length === 0 ? 0 : (100 * sum) / actual.length;
}

/** Mean absolute error. */
export function measureMae(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < actual.length; at += 1) {
    sum += Math.abs((actual[at] ?? 0) - (forecast[at] ?? 0));
  }
  return actual.length === 0 ? 0 : sum / actual.length;
}

/**
 * The mean change over a season, which MASE divides errors by.
 * @param period - length of the season; 1 without one
 * @returns more than 0: a series that never changes has a tiny one
 * Source: Hyndman and Koehler, "Another look at measures of forecast accuracy" (2006).
 */
export function measureSeasonalChange(values: Float64Array, period: number): number {
  let sum = 0;
  let largest = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? 0;
    largest = Math.max(largest, Math.abs(value));
    if (at >= period) sum += Math.abs(value - (values[at - period] ?? 0));
  }
  const count = values.length - period;
  const mean = count > 0 ? sum / count : 0;
  return Math.max(mean, largest * CHANGE_RATIO_MIN, Number.MIN_VALUE);
}

/** Below this share of the largest value a change is rounding. */
const CHANGE_RATIO_MIN = 1e-9;
