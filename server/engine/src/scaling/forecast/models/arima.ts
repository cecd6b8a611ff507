/**
 * ARIMA(1,1,1), and with a season SARIMA(1,1,1)(0,1,1): changes depend on the last change and on
 * the last errors. Estimated by conditional least squares.
 * Source: Box, Jenkins and Reinsel, "Time Series Analysis" (1994).
 */
import { minimise, type SearchedNumber } from '../fitting/minimise.ts';
import type { Forecaster, History, ModelName } from '../model/forecasting.ts';
import { changesOf, recentOf } from '../series/changes.ts';
import { clampForecast } from '../series/make-history.ts';
import { makeTransform } from '../series/transform.ts';

/** Estimated coefficients. */
interface Coefficients {
  /** Coefficient of the last change. */
  readonly phi: number;
  /** Coefficient of the last error. */
  readonly theta: number;
  /** Coefficient of the error one season earlier. */
  readonly seasonal: number;
}

/** Inside of the unit circle by far enough that nothing explodes. */
const SEARCHED: SearchedNumber = { begin: 0.1, step: 0.4, least: -0.97, most: 0.97 };
const SEASONAL: SearchedNumber = { begin: -0.4, step: 0.3, least: -0.97, most: 0.5 };
const SEARCH_ROUNDS = 14;

/** Minimum number of points to fit three coefficients. */
const POINTS_MIN = 20;

/** Without a season. */
export const arima = makeArima('arima', () => 0);

/** With the shortest season. */
export const sarima = makeArima('sarima', ({ periods }) => periods[0]);

function makeArima(
  name: ModelName,
  seasonOf: (history: History) => number | undefined,
): Forecaster {
  return {
    name,
    fit: (history) => {
      const period = seasonOf(history);
      if (period === undefined || history.values.length < POINTS_MIN + 3 * period) return undefined;
      const scale = makeTransform('log', history.values);
      const values = scale.forward(recentOf(history.values, period));
      const changes = seasonalChangesOf(values, period);
      const searched = period === 0 ? [SEARCHED, SEARCHED] : [SEARCHED, SEARCHED, SEASONAL];
      const found = minimise(searched, SEARCH_ROUNDS, (numbers) =>
        costOf(errorsOf(changes, period, coefficientsOf(numbers))),
      );
      const coefficients = coefficientsOf(found);
      return {
        predict: (horizon, behind) => {
          const known = scale.forward(recentOf(behind.values, period));
          const ahead = continueChanges(known, { period, coefficients, horizon });
          return clampForecast(scale.back(ahead), behind);
        },
      };
    },
  };
}

function coefficientsOf(numbers: Float64Array): Coefficients {
  return { phi: numbers[0] ?? 0, theta: numbers[1] ?? 0, seasonal: numbers[2] ?? 0 };
}

/** Changes from value to value, and of these from season to season. */
function seasonalChangesOf(values: Float64Array, period: number): Float64Array {
  const changes = changesOf(values, 1);
  return period === 0 ? changes : changesOf(changes, period);
}

function errorsOf(
  changes: Float64Array,
  period: number,
  { phi, theta, seasonal }: Coefficients,
): Float64Array {
  const errors = new Float64Array(changes.length);
  const seasonalOne = theta * seasonal;
  for (let at = 1; at < changes.length; at += 1) {
    let expected = phi * (changes[at - 1] ?? 0) + theta * (errors[at - 1] ?? 0);
    if (period > 0) {
      expected += seasonal * (errors[at - period] ?? 0);
      expected += seasonalOne * (errors[at - period - 1] ?? 0);
    }
    errors[at] = (changes[at] ?? 0) - expected;
  }
  return errors;
}

function costOf(errors: Float64Array): number {
  let sum = 0;
  for (const error of errors) sum += error * error;
  return sum;
}

function continueChanges(
  values: Float64Array,
  model: {
    readonly period: number;
    readonly coefficients: Coefficients;
    readonly horizon: number;
  },
): Float64Array {
  const { period, coefficients, horizon } = model;
  const { phi, theta, seasonal } = coefficients;
  const changes = seasonalChangesOf(values, period);
  const errors = errorsOf(changes, period, coefficients);
  const count = changes.length;
  const known = new Float64Array(values.length + horizon);
  known.set(values);
  let last = changes.at(-1) ?? 0;
  for (let step = 0; step < horizon; step += 1) {
    const at = count + step;
    const errorAt = (index: number) => (index < count ? (errors[index] ?? 0) : 0);
    let change = phi * last + theta * errorAt(at - 1);
    if (period > 0) {
      change += seasonal * errorAt(at - period) + theta * seasonal * errorAt(at - period - 1);
    }
    last = change;
    const here = values.length + step;
    let value = (known[here - 1] ?? 0) + change;
    if (period > 0) value += (known[here - period] ?? 0) - (known[here - period - 1] ?? 0);
    known[here] = value;
  }
  return known.subarray(values.length);
}
