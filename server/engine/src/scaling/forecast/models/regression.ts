/** Regressions on time: a line; and a bending trend with seasons as waves. */
import { addRow, makeEquations, solveRidge } from '../fitting/solve-ridge.ts';
import type { Forecaster } from '../model/forecasting.ts';
import { clampForecast } from '../series/make-history.ts';
import { makeTransform } from '../series/transform.ts';

/** Waves of a season at most; a daily one has edges. */
const WAVES_MAX = 10;
/** Number of possible bends of the trend, and the share of the history in which they may occur. */
const BENDS = 12;
const BENDS_RATIO = 0.85;

const PENALTY_LEVEL = 1e-6;
const PENALTY_BEND = 0.5;
const PENALTY_WAVE = 1e-3;

/** Share of the last value's error that remains after each step. */
const ERROR_KEPT = 0.9;
/** Share of the slope that remains after a step, over the length of the history. */
const SLOPE_KEPT = 0.98;

/** A straight line through all values. */
export const linearRegression: Forecaster = {
  name: 'linear-regression',
  fit: (history) => {
    const count = history.values.length;
    if (count < 3) return undefined;
    let sum = 0;
    let product = 0;
    const middle = (count - 1) / 2;
    history.values.forEach((value, at) => {
      sum += value;
      product += (at - middle) * value;
    });
    const slope = product / ((count * (count * count - 1)) / 12);
    const mean = sum / count;
    return {
      predict: (horizon, behind) => {
        const first = behind.values.length;
        const ahead = new Float64Array(horizon).map(
          (_, step) => mean + slope * (first + step - middle),
        );
        return clampForecast(ahead, behind);
      },
    };
  },
};

/**
 * A trend of lines that bend and seasons of sines and cosines.
 * Source of the idea: Taylor and Letham, "Forecasting at scale" (2018).
 */
export const trendFourier: Forecaster = {
  name: 'trend-fourier',
  fit: (history) => {
    const { periods } = history;
    const count = history.values.length;
    const size = rowOf(0, count, periods).length;
    if (count < size + 10) return undefined;
    const scale = makeTransform('log', history.values);
    const values = scale.forward(history.values);
    const equations = makeEquations(size);
    for (let at = 0; at < count; at += 1) {
      const target = { value: values[at] ?? 0, weight: 1 };
      addRow(equations, { design: rowOf(at, count, periods), from: 0 }, target);
    }
    const penalties = Array.from({ length: size }, (_, column) => {
      if (column < 2) return PENALTY_LEVEL * count;
      return count * (column < 2 + BENDS ? PENALTY_BEND / BENDS : PENALTY_WAVE);
    });
    const weights = solveRidge(equations, penalties);
    const valueAt = (at: number) =>
      rowOf(at, count, periods).reduce(
        (sum, each, column) => sum + each * (weights[column] ?? 0),
        0,
      );
    return {
      predict: (horizon, behind) => {
        const first = behind.values.length;
        const known = scale.forward(behind.values.subarray(-1));
        const error = (known[0] ?? 0) - valueAt(first - 1);
        const ahead = new Float64Array(horizon).map(
          (_, step) => valueAt(first + step) + error * ERROR_KEPT ** (step + 1),
        );
        return clampForecast(scale.back(ahead), behind);
      },
    };
  },
};

/** Level, slope, bends, waves. Behind the history the trend goes on and slows down. */
function rowOf(at: number, count: number, periods: readonly number[]): Float64Array {
  const waves = periods.map((period) => Math.min(WAVES_MAX, Math.floor(period / 2)));
  const size = waves.reduce((sum, each) => sum + 2 * each, 2 + BENDS);
  const row = new Float64Array(size);
  const time = at < count ? at / count : 1 + slowed((at - count) / count);
  row[0] = 1;
  row[1] = time;
  for (let bend = 0; bend < BENDS; bend += 1) {
    row[2 + bend] = Math.max(0, time - (BENDS_RATIO * (bend + 1)) / (BENDS + 1));
  }
  let column = 2 + BENDS;
  for (const [index, period] of periods.entries()) {
    for (let wave = 1; wave <= (waves[index] ?? 0); wave += 1) {
      const angle = (2 * Math.PI * wave * at) / period;
      row[column] = Math.sin(angle);
      row[column + 1] = Math.cos(angle);
      column += 2;
    }
  }
  return row;
}

/** A distance that grows more and more slowly. */
function slowed(distance: number): number {
  const rate = -Math.log(SLOPE_KEPT) * 100;
  return (1 - Math.exp(-rate * distance)) / rate;
}
