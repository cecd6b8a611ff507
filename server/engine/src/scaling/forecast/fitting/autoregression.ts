/**
 * Autoregression on chosen lags, by least squares with a ridge, and robust if asked: rows that a
 * first fit misses by far count less (Huber, "Robust estimation of a location parameter", 1964).
 */
import { addRow, makeEquations, solveRidge } from './solve-ridge.ts';

/** Options of the fit. */
export interface AutoregressionOptions {
  /** Distances into the past. Unit: values; 1 or more. */
  readonly lags: readonly number[];
  /** The penalty of a coefficient, over the number of rows. */
  readonly ridge: number;
  /** Number of rounds that reweight rows by their errors. */
  readonly robustRounds: number;
  /** `none`: the values are changes, whose level is 0. */
  readonly intercept: 'free' | 'none';
}

/** A fitted one. */
export interface Autoregression {
  readonly lags: readonly number[];
  /** The intercept first. */
  readonly weights: Float64Array;
  readonly mean: number;
  readonly deviation: number;
}

/** Rows that are read at most: the newest ones. */
const ROWS_MAX = 3_000;

/** Rows beyond the number of coefficients, without which nothing is fitted. */
const ROWS_SPARE = 10;

const PENALTY_FREE = 1e-8;
const PENALTY_NONE = 1e6;

/** Errors above this multiple of their median count less. */
const HUBER_FACTOR = 1.5;
const ERROR_MIN = 1e-4;

/** Maximum overshoot of a continuation beyond the measured range, relative to that range. */
const OVERSHOOT_RATIO = 0.3;

/** Fits one; undefined where there are too few values for its lags. */
export function fitAutoregression(
  values: Float64Array,
  options: AutoregressionOptions,
): Autoregression | undefined {
  const { lags } = options;
  const deepest = lags.reduce((most, lag) => Math.max(most, lag), 0);
  const rows = Math.min(ROWS_MAX, values.length - deepest);
  const size = lags.length + 1;
  if (rows < size + ROWS_SPARE) return undefined;
  const { mean, deviation } = spreadOf(values);
  const standard = values.map((value) => (value - mean) / deviation);
  const design = designOf(standard, lags, rows);
  const targets = standard.subarray(-rows);
  const rowWeights = new Float64Array(rows).fill(1);
  let weights = solve(design, { targets, rowWeights }, options);
  for (let round = 0; round < options.robustRounds; round += 1) {
    weighRows(rowWeights, errorsOf(design, targets, weights));
    weights = solve(design, { targets, rowWeights }, options);
  }
  return { lags, weights, mean, deviation };
}

/** Continues values by what was fitted: each forecast is the past of the next one. */
export function continueSeries(
  model: Autoregression,
  values: Float64Array,
  horizon: number,
): Float64Array {
  const { mean, deviation } = model;
  const count = values.length;
  const known = new Float64Array(count + horizon);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at += 1) {
    const value = ((values[at] ?? 0) - mean) / deviation;
    known[at] = value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const room = (most - least) * OVERSHOOT_RATIO;
  for (let at = count; at < count + horizon; at += 1) {
    known[at] = Math.min(most + room, Math.max(least - room, expectNext(model, known, at)));
  }
  return known.subarray(count).map((value) => value * deviation + mean);
}

/**
 * Predicts a value from the values before it.
 * @param standard - values less the mean, over the deviation
 * @param at - place of the value that is expected
 */
export function expectNext(
  { lags, weights }: Pick<Autoregression, 'lags' | 'weights'>,
  standard: Float64Array,
  at: number,
): number {
  let sum = weights[0] ?? 0;
  for (let lag = 0; lag < lags.length; lag += 1) {
    sum += (weights[lag + 1] ?? 0) * (standard[at - (lags[lag] ?? 0)] ?? 0);
  }
  return sum;
}

function spreadOf(values: Float64Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = Math.sqrt(variance);
  return { mean, deviation: deviation > Math.abs(mean) * 1e-12 ? deviation : 1 };
}

/** A row for each target: 1, then the values that lie behind it by each lag. */
function designOf(values: Float64Array, lags: readonly number[], rows: number): Float64Array {
  const size = lags.length + 1;
  const design = new Float64Array(rows * size);
  const first = values.length - rows;
  for (let row = 0; row < rows; row += 1) {
    const begin = row * size;
    design[begin] = 1;
    for (let lag = 0; lag < lags.length; lag += 1) {
      design[begin + lag + 1] = values[first + row - (lags[lag] ?? 0)] ?? 0;
    }
  }
  return design;
}

function solve(
  design: Float64Array,
  rows: { readonly targets: Float64Array; readonly rowWeights: Float64Array },
  { lags, ridge, intercept }: AutoregressionOptions,
): Float64Array {
  const { targets, rowWeights } = rows;
  const size = lags.length + 1;
  const equations = makeEquations(size);
  let total = 0;
  for (let row = 0; row < targets.length; row += 1) {
    const weight = rowWeights[row] ?? 1;
    total += weight;
    const target = { value: targets[row] ?? 0, weight };
    addRow(equations, { design, from: row * size }, target);
  }
  const penalties = new Float64Array(size).fill(ridge * total);
  penalties[0] = total * (intercept === 'free' ? PENALTY_FREE : PENALTY_NONE);
  return solveRidge(equations, penalties);
}

function errorsOf(design: Float64Array, targets: Float64Array, weights: Float64Array) {
  const size = weights.length;
  return targets.map((target, row) => {
    let sum = 0;
    for (let at = 0; at < size; at += 1) sum += (weights[at] ?? 0) * (design[row * size + at] ?? 0);
    return Math.abs(target - sum);
  });
}

function weighRows(rowWeights: Float64Array, errors: Float64Array): void {
  const middle = Float64Array.from(errors).sort()[errors.length >> 1] ?? 0;
  const limit = Math.max(middle * HUBER_FACTOR, ERROR_MIN);
  for (let row = 0; row < errors.length; row += 1) {
    const error = errors[row] ?? 0;
    rowWeights[row] = error > limit ? limit / error : 1;
  }
}
