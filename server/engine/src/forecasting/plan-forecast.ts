/** Forecasts a series: the median of all members of a selection, each fitted to all of it. */
import type { Forecast, ForecastRequest, Selection, Series } from './model/forecasting.ts';
import { findForecasters } from './models/find-forecasters.ts';
import { selectModels } from './select-models.ts';
import { takeWeightedMedian } from './selection/weighted-median.ts';
import { clampForecast, makeHistory } from './series/make-history.ts';

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
  const { horizon } = request;
  const { history, scale } = makeHistory(series, request.periods);
  if (history.values.length === 0) return withoutValues(selection);
  const members = selection.members.flatMap(({ model, weight }) =>
    findForecasters([model]).flatMap((forecaster) => {
      const fitted = forecaster.fit(history);
      return fitted === undefined ? [] : [{ values: fitted.predict(horizon, history), weight }];
    }),
  );
  const last = { values: new Float64Array(horizon).fill(history.values.at(-1) ?? 0), weight: 1 };
  const median = takeWeightedMedian(members.length === 0 ? [last] : members, horizon);
  const point = clampForecast(median, history).map((value) => finite(value * scale));
  const floor = history.values.some((value) => value < 0) ? -Number.MAX_VALUE : 0;
  const { below, above } = selection.reach;
  return {
    model: nameOf(selection),
    point: [...point],
    lower: [...point.map((value, step) => finite(Math.max(floor, value - reachAt(below, step))))],
    upper: [...point.map((value, step) => finite(value + reachAt(above, step)))],
    backtest: selection.backtest,
  };
}

function nameOf({ members }: Selection): string {
  const [first, second] = members;
  return second === undefined ? (first?.model ?? 'none') : 'ensemble';
}

/** Of a series without values nothing is known, and nothing is made up. */
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
