/** Rolling origins: forecasts that could have been made before, and how they compare. */
import type { Forecaster, History, ModelName, ModelScore } from '../model/forecasting.ts';
import { truncateHistory } from '../series/make-history.ts';
import { measureMae, measureSeasonalChange, measureSmape } from '../series/measure-error.ts';

/** Origins of forecasts, and the actual values after them. */
export interface Origins {
  /** Up to each origin; the oldest first. */
  readonly histories: readonly History[];
  readonly actuals: readonly Float64Array[];
  /** Steps of each forecast. */
  readonly horizon: number;
  /** Denominator of MASE. */
  readonly change: number;
}

/** A model at all origins. */
export interface Trial {
  readonly model: ModelName;
  readonly forecasts: readonly Float64Array[];
  readonly score: ModelScore;
  /**
   * Decisive error: both measures, each relative to the score of a naive forecast of hourly series.
   */
  readonly error: number;
}

const ORIGINS_MAX = 8;

/** The part of a history that the first fit needs at least. */
const TRAINED_RATIO = 0.6;

/** Steps of a forecast of the backtest at most: a longer one leaves too few origins. */
const HORIZON_RATIO_MAX = 0.15;

/** Scores of Naive2 on M4's hourly series, which put both measures on one scale. */
const NAIVE_SMAPE = 18.383;
const NAIVE_MASE = 2.395;

/** Finds the origins; none where the history is too short. */
export function findOrigins(history: History, horizon: number): Origins {
  const { values, periods } = history;
  const steps = Math.min(horizon, Math.floor(values.length * HORIZON_RATIO_MAX));
  const change = measureSeasonalChange(values, periods[0] ?? 1);
  if (steps < 1) return { histories: [], actuals: [], horizon: 0, change };
  const stride = Math.max(1, Math.floor(steps / 2));
  const earliest = Math.ceil(values.length * TRAINED_RATIO);
  const begins: number[] = [];
  for (let begin = values.length - steps; begin >= earliest; begin -= stride) {
    if (begins.length < ORIGINS_MAX) begins.unshift(begin);
  }
  return {
    histories: begins.map((begin) => truncateHistory(history, begin)),
    actuals: begins.map((begin) => values.subarray(begin, begin + steps)),
    horizon: steps,
    change,
  };
}

/** Has models forecast from every origin, with what they learnt up to the first one. */
export function tryModels(forecasters: readonly Forecaster[], origins: Origins): readonly Trial[] {
  const [first] = origins.histories;
  if (first === undefined) return [];
  return forecasters.flatMap((forecaster) => {
    const fitted = forecaster.fit(first);
    if (fitted === undefined) return [];
    const forecasts = origins.histories.map((each) => fitted.predict(origins.horizon, each));
    return [{ model: forecaster.name, forecasts, ...scoreOf(forecaster.name, forecasts, origins) }];
  });
}

/** Scores forecasts from all origins. */
export function scoreOf(
  model: ModelName,
  forecasts: readonly Float64Array[],
  { actuals, change }: Origins,
): Pick<Trial, 'score' | 'error'> {
  const meanOf = (measure: typeof measureMae) =>
    actuals.reduce((sum, actual, at) => sum + measure(actual, forecasts[at] ?? []), 0) /
    Math.max(1, actuals.length);
  const smape = meanOf(measureSmape);
  const mase = meanOf(measureMae) / change;
  const error = (smape / NAIVE_SMAPE + mase / NAIVE_MASE) / 2;
  return { score: { model, smape, mase }, error };
}
