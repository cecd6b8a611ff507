/** Forecasts a series: every member of a selection is fitted to all of it, and their median taken. */
import type { Forecast, ForecastRequest, Selection, Series } from './model/forecasting.ts';
import { findForecasters } from './models/find-forecasters.ts';
import { selectModels } from './select-models.ts';
import { takeWeightedMedian } from './selection/weighted-median.ts';
import { clampForecast, makeHistory } from './series/make-history.ts';

/**
 * Forecasts.
 * @param selection - from {@link selectModels}; made here where undefined
 * @returns finite values for any series; of one without values all of them are 0
 */
export function planForecast(
  series: Series,
  request: ForecastRequest,
  selection: Selection = selectModels(series, request),
): Forecast {
  const { horizon } = request;
  const { history, scale } = makeHistory(series, request.periods);
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
    model: selection.members.map(({ model }) => model).join('+'),
    point: [...point],
    lower: [...point.map((value, step) => finite(Math.max(floor, value - reachAt(below, step))))],
    upper: [...point.map((value, step) => finite(value + reachAt(above, step)))],
    backtest: selection.backtest,
  };
}

/** The reach of a step; that of the last known one beyond it. */
function reachAt(reach: readonly number[], step: number): number {
  return reach[step] ?? reach.at(-1) ?? 0;
}

function finite(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}
