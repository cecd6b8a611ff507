/**
 * Exponential smoothing: simple, double with a damped trend, and Holt and Winters' with a season.
 * Source: Gardner and McKenzie, "Forecasting trends in time series" (1985); Hyndman et al.,
 * "Forecasting with Exponential Smoothing" (2008).
 */
import { minimise, type SearchedNumber } from '../fitting/minimise.ts';
import type { Forecaster, History } from '../model/forecasting.ts';
import { recentOf } from '../series/changes.ts';
import { clampForecast } from '../series/make-history.ts';
import { makeTransform, type TransformName } from '../series/transform.ts';

/**
 * Smoothing factors of level, trend and season, and the share of the trend that remains after each
 * step.
 */
interface Factors {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
}

/** Current state of a smoothing. */
interface State {
  readonly level: number;
  readonly trend: number;
  readonly season: Float64Array;
  /** Sum of squares of the errors of one step ahead. */
  readonly errors: number;
}

type FactorName = keyof Factors;

/** Begin and first step of the search, and limits. */
const SEARCH: Readonly<Record<FactorName, SearchedNumber>> = {
  alpha: { begin: 0.1, step: 0.3, least: 1e-4, most: 0.99 },
  beta: { begin: 0.01, step: 0.1, least: 1e-4, most: 0.99 },
  gamma: { begin: 0.1, step: 0.3, least: 1e-4, most: 0.99 },
  phi: { begin: 0.9, step: 0.05, least: 0.8, most: 0.98 },
};

const SEARCH_ROUNDS = 12;

/** A level that follows the values. */
export const simpleSmoothing = smoothing({
  name: 'simple-smoothing',
  transform: 'raw',
  searched: ['alpha'],
  seasonOf: () => 1,
});

/** A level and a trend that fades. */
export const doubleSmoothing = smoothing({
  name: 'double-smoothing',
  transform: 'raw',
  searched: ['alpha', 'beta', 'phi'],
  seasonOf: () => 1,
});

/** A level, a trend that fades, and the longest season. */
export const holtWinters = smoothing({
  name: 'holt-winters',
  transform: 'root',
  searched: ['alpha', 'beta', 'gamma', 'phi'],
  seasonOf: ({ periods }) => periods.at(-1),
});

function smoothing(options: {
  readonly name: Forecaster['name'];
  readonly transform: TransformName;
  readonly searched: readonly FactorName[];
  readonly seasonOf: (history: History) => number | undefined;
}): Forecaster {
  const { name, transform, searched } = options;
  return {
    name,
    fit: (history) => {
      const period = options.seasonOf(history);
      if (period === undefined || history.values.length < Math.max(3, 2 * period)) return undefined;
      const scale = makeTransform(transform, history.values);
      const factors = search(recentOf(scale.forward(history.values), period), period, searched);
      return {
        predict: (horizon, behind) => {
          const values = recentOf(scale.forward(behind.values), period);
          const state = smooth(values, period, factors);
          const ahead = continueState(state, { factors, count: values.length, horizon });
          return clampForecast(scale.back(ahead), behind);
        },
      };
    },
  };
}

/** The factors with the least errors of one step ahead. */
function search(values: Float64Array, period: number, searched: readonly FactorName[]): Factors {
  const factorsOf = (numbers: Float64Array): Factors => {
    const numberOf = (name: FactorName) => numbers[searched.indexOf(name)] ?? 0;
    return {
      alpha: numberOf('alpha'),
      beta: numberOf('beta'),
      gamma: numberOf('gamma'),
      phi: numberOf('phi'),
    };
  };
  const begin = searched.map((name) => SEARCH[name]);
  const errorsOf = (numbers: Float64Array) => smooth(values, period, factorsOf(numbers)).errors;
  return factorsOf(minimise(begin, SEARCH_ROUNDS, errorsOf));
}

function smooth(values: Float64Array, period: number, factors: Factors): State {
  const { alpha, beta, gamma, phi } = factors;
  let level = 0;
  for (let at = 0; at < period; at += 1) level += (values[at] ?? 0) / period;
  const season = new Float64Array(period);
  for (let at = 0; at < period; at += 1) season[at] = (values[at] ?? 0) - level;
  let trend = 0;
  let errors = 0;
  let slot = 0;
  for (let at = period; at < values.length; at += 1) {
    const before = season[slot] ?? 0;
    const error = (values[at] ?? 0) - (level + phi * trend + before);
    errors += error * error;
    level += phi * trend + alpha * error;
    trend = phi * trend + alpha * beta * error;
    season[slot] = before + gamma * error;
    slot = slot + 1 === period ? 0 : slot + 1;
  }
  return { level, trend, season, errors };
}

function continueState(
  { level, trend, season }: State,
  ahead: { readonly factors: Factors; readonly count: number; readonly horizon: number },
): Float64Array {
  const { factors, count, horizon } = ahead;
  let damped = 1;
  let sum = 0;
  return new Float64Array(horizon).map((_, step) => {
    damped *= factors.phi;
    sum += damped * trend;
    return level + sum + (season[(count + step) % season.length] ?? 0);
  });
}
