/** Errors of a linear forecast that learns with each row. */
import type { Feature } from './windows.ts';

/** Remembers about 2,000 rows. */
const FORGETTING = 0.9995;
const VARIANCE_FIRST = 1e4;
const VARIANCE_MAX = 1e9;
const ROUNDING_RATIO = 1e-6;

/**
 * Forecasts each value from earlier ones by recursive least squares.
 * @param lags - which earlier values, in rows
 * @returns what was measured less what was forecast; NaN until the weights have settled
 */
export function autoregression(lags: readonly number[]): Feature {
  const longest = Math.max(...lags);
  const past = new Float64Array(longest);
  const learn = createLeastSquares(lags.length + 1);
  const inputs = new Float64Array(lags.length + 1);
  let rows = 0;
  return (value) => {
    let error = Number.NaN;
    if (rows >= longest) {
      inputs[0] = 1;
      lags.forEach((lag, i) => {
        inputs[i + 1] = past[(rows - lag) % longest] ?? 0;
      });
      const wrong = learn(inputs, value);
      if (rows > longest + 2 * inputs.length) error = isRounding(wrong, value) ? 0 : wrong;
    }
    past[rows % longest] = value;
    rows += 1;
    return error;
  };
}

/** An error that comes from the precision of numbers is none. */
function isRounding(error: number, value: number): boolean {
  return Math.abs(error) <= ROUNDING_RATIO * Math.abs(value);
}

/** Recursive least squares with forgetting (Ljung and Söderström, 1983). */
function createLeastSquares(size: number): (inputs: Float64Array, value: number) => number {
  const weights = new Float64Array(size);
  const gain = new Float64Array(size);
  const spread = new Float64Array(size * size);
  const reset = () => {
    spread.fill(0);
    for (let i = 0; i < size; i += 1) spread[i * size + i] = VARIANCE_FIRST;
  };
  reset();
  return (inputs, value) => {
    let forecast = 0;
    let total = FORGETTING;
    for (let row = 0; row < size; row += 1) {
      let sum = 0;
      for (let i = 0; i < size; i += 1) sum += (spread[row * size + i] ?? 0) * (inputs[i] ?? 0);
      gain[row] = sum;
      total += (inputs[row] ?? 0) * sum;
      forecast += (inputs[row] ?? 0) * (weights[row] ?? 0);
    }
    const error = value - forecast;
    for (let i = 0; i < size; i += 1) {
      weights[i] = (weights[i] ?? 0) + ((gain[i] ?? 0) / total) * error;
    }
    if (!updateSpread(spread, gain, total)) reset();
    return error;
  };
}

/** @returns whether the spread is still a usable one */
function updateSpread(spread: Float64Array, gain: Float64Array, total: number): boolean {
  const size = gain.length;
  let trace = 0;
  for (let row = 0; row < size; row += 1) {
    for (let i = 0; i < size; i += 1) {
      const at = row * size + i;
      const lower = ((gain[row] ?? 0) * (gain[i] ?? 0)) / total;
      spread[at] = ((spread[at] ?? 0) - lower) / FORGETTING;
    }
    trace += spread[row * size + row] ?? 0;
  }
  return trace < VARIANCE_MAX;
}
