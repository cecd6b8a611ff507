/** Forecasts a series: the median of all members of a selection, each fitted to all of it. */
import type { Forecast, ForecastRequest, History, Selection, Series } from './model/forecasting.ts';
import { findForecasters } from './models/find-forecasters.ts';
import { selectModels } from './select-models.ts';
import { takeWeightedMedian } from './selection/weighted-median.ts';
import { clampForecast, makeHistory } from './series/make-history.ts';

/**
 * Least distance of both ends of an interval from the forecast, in relation to it: a sample is no
 * more exact, and that values were the same so far does not make the next one certain.
 */
const REACH_RATIO_MIN = 0.01;

/** Models that are fitted to a series, with what is needed to forecast with them. */
export interface FittedForecast {
  /**
   * Forecasts; much faster than fitting.
   * @param series - what the models were fitted to, or the same with newer values
   */
  readonly forecast: (series: Series) => Forecast;
}

/**
 * Forecasts.
 * @param selection - from {@link selectModels}; made here where undefined
 * @returns finite values for any series; none at all, and the model `none`, for one without values
 */
export function planForecast(
  series: Series,
  request: ForecastRequest,
  selection: Selection = selectModels(series, request),
): Forecast {
  return fitForecast(series, request, selection).forecast(series);
}

/** Fits the members of a selection, to forecast several times while the series grows. */
export function fitForecast(
  series: Series,
  request: ForecastRequest,
  selection: Selection,
): FittedForecast {
  const { history, scale } = makeHistory(series, request.periods);
  const members = selection.members.flatMap(({ model, weight, state }) =>
    findForecasters([model]).flatMap((forecaster) => {
      if (history.values.length === 0) return [];
      const restored = state && forecaster.restore?.(state, scale);
      const fitted = restored ?? forecaster.fit(history);
      return fitted === undefined ? [] : [{ fitted, weight }];
    }),
  );
  return {
    forecast: (newer) => {
      const known = makeHistory(newer, request.periods, scale).history;
      if (known.values.length === 0) return withoutValues(selection);
      const { horizon } = request;
      const forecasts = members.map(({ fitted, weight }) => ({
        values: fitted.predict(horizon, known),
        weight,
      }));
      const last = { values: new Float64Array(horizon).fill(known.values.at(-1) ?? 0), weight: 1 };
      const median = takeWeightedMedian(forecasts.length === 0 ? [last] : forecasts, horizon);
      const point = clampForecast(median, known).map((value) => finite(value * scale));
      return describe(point, known, selection);
    },
  };
}

function describe(point: Float64Array, { values }: History, selection: Selection): Forecast {
  const floor = values.some((value) => value < 0) ? -Number.MAX_VALUE : 0;
  const { below, above } = selection.reach;
  const reachOf = (reach: readonly number[], value: number, step: number) =>
    Math.max(reachAt(reach, step), REACH_RATIO_MIN * Math.abs(value));
  const lower = point.map((value, step) => Math.max(floor, value - reachOf(below, value, step)));
  const upper = point.map((value, step) => value + reachOf(above, value, step));
  return {
    model: nameOf(selection),
    point: [...point],
    lower: [...lower.map(finite)],
    upper: [...upper.map(finite)],
    backtest: selection.backtest,
  };
}

function nameOf({ members }: Selection): string {
  const [first, second] = members;
  return second === undefined ? (first?.model ?? 'none') : 'ensemble';
}

/** Returns an empty forecast for a series without values. */
function withoutValues({ backtest }: Selection): Forecast {
  return { model: 'none', point: [], lower: [], upper: [], backtest };
}

/** The reach of a step; that of the last known one beyond it. */
function reachAt(reach: readonly number[], step: number): number {
  return reach[step] ?? reach.at(-1) ?? 0;
}

function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}
