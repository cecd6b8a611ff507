/**
 * Regressions of the next value on values of before: of the last ones, and of the same time in
 * earlier seasons. Several of them, with other lags and on other scales: they err differently,
 * which makes their median better than any of them.
 */
import {
  type Autoregression,
  continueSeries,
  fitAutoregression,
} from '../fitting/autoregression.ts';
import type { Forecaster, ModelName } from '../model/forecasting.ts';
import { changesOf } from '../series/changes.ts';
import { clampForecast } from '../series/make-history.ts';
import { makeTransform, type TransformName } from '../series/transform.ts';

interface RidgeOptions {
  readonly name: ModelName;
  readonly transform: TransformName;
  readonly lagsOf: (periods: readonly number[]) => readonly number[];
  readonly robustRounds: number;
  /** The lag over which changes are forecast rather than values. */
  readonly changesOver?: (periods: readonly number[]) => number | undefined;
}

const RIDGE = 1e-5;
const CHANGE_RIDGE = 1e-4;
const ROBUST_ROUNDS = 2;

/** Without a season. */
const RECENT_LAGS: readonly number[] = [1, 2, 3, 4, 5, 6];

/** The same time one season before, the values beside it, and earlier seasons. */
function seasonLags(periods: readonly number[]): readonly number[] {
  const [short, ...longer] = periods;
  if (short === undefined) return RECENT_LAGS;
  return [1, 2, 3, short - 1, short, short + 1, 2 * short, 3 * short, ...longer.flatMap(around)];
}

function around(period: number): readonly number[] {
  return [period - 1, period, period + 1];
}

function doubleSeasonLags(periods: readonly number[]): readonly number[] {
  const [short] = periods;
  if (short === undefined) return RECENT_LAGS;
  const long = periods.at(-1) ?? short;
  return [1, 2, 3, ...around(short), ...around(long), 2 * long];
}

function wideLags(periods: readonly number[]): readonly number[] {
  const [short] = periods;
  if (short === undefined) return RECENT_LAGS;
  const long = periods.at(-1) ?? short;
  return [1, 2, 3, ...[short, 2 * short, long, 2 * long].flatMap(around)];
}

function changeLags(periods: readonly number[]): readonly number[] {
  const [short, ...longer] = periods;
  if (short === undefined) return RECENT_LAGS;
  const days = longer.length === 0 ? [] : [4, 5, 6].map((count) => count * short);
  return [...seasonLags(periods), ...days];
}

function shortSeasonLags(periods: readonly number[]): readonly number[] {
  const [short] = periods;
  if (short === undefined) return RECENT_LAGS;
  return [1, 2, 3, short - 2, short - 1, short, short + 1, short + 2, 2 * short, 3 * short];
}

const RIDGES: readonly RidgeOptions[] = [
  { name: 'ridge', transform: 'raw', lagsOf: seasonLags, robustRounds: ROBUST_ROUNDS },
  { name: 'log-ridge', transform: 'log', lagsOf: seasonLags, robustRounds: ROBUST_ROUNDS },
  { name: 'double-season-ridge', transform: 'log', lagsOf: doubleSeasonLags, robustRounds: 0 },
  { name: 'wide-ridge', transform: 'log', lagsOf: wideLags, robustRounds: 0 },
  {
    name: 'change-ridge',
    transform: 'log',
    lagsOf: changeLags,
    robustRounds: 0,
    changesOver: () => 1,
  },
  {
    name: 'season-change-ridge',
    transform: 'raw',
    lagsOf: seasonLags,
    robustRounds: 0,
    changesOver: (periods) => periods[0],
  },
  {
    name: 'long-season-change-ridge',
    transform: 'root',
    lagsOf: shortSeasonLags,
    robustRounds: 0,
    changesOver: (periods) => periods.at(-1),
  },
];

/** All of them. Source of the idea: autoregression with seasonal lags, Box and Jenkins (1970). */
export const ridgeForecasters: readonly Forecaster[] = RIDGES.map((options) => ({
  name: options.name,
  fit: (history) => {
    const { transform, robustRounds } = options;
    const scale = makeTransform(transform, history.values);
    const over = options.changesOver?.(history.periods);
    if (options.changesOver !== undefined && over === undefined) return undefined;
    const values = scale.forward(history.values);
    const lags = usableLags(options.lagsOf(history.periods), values.length - (over ?? 0));
    const intercept = over === undefined ? 'free' : 'none';
    const ridge = over === undefined ? RIDGE : CHANGE_RIDGE;
    const model = fitAutoregression(over === undefined ? values : changesOf(values, over), {
      lags,
      ridge,
      robustRounds,
      intercept,
    });
    if (model === undefined) return undefined;
    return {
      predict: (horizon, behind) => {
        const known = scale.forward(behind.values);
        const ahead =
          over === undefined
            ? continueSeries(model, known, horizon)
            : continueChanges(model, { values: known, over, horizon });
        return clampForecast(scale.back(ahead), behind);
      },
    };
  },
}));

/** Lags that leave enough rows, each once. */
function usableLags(lags: readonly number[], count: number): readonly number[] {
  return [...new Set(lags)].filter((lag) => lag >= 1 && lag <= count / 2);
}

function continueChanges(
  model: Autoregression,
  series: { readonly values: Float64Array; readonly over: number; readonly horizon: number },
): Float64Array {
  const { values, over, horizon } = series;
  const changes = continueSeries(model, changesOf(values, over), horizon);
  const ahead = new Float64Array(horizon);
  for (let step = 0; step < horizon; step += 1) {
    const before =
      step < over ? (values[values.length - over + step] ?? 0) : (ahead[step - over] ?? 0);
    ahead[step] = before + (changes[step] ?? 0);
  }
  return ahead;
}
