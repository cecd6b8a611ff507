/** Forecasts with models that were selected before, unless the series has become another one. */
import { adjustSeries } from './calendar/adjust-series.ts';
import { hasDrifted } from './has-drifted.ts';
import type { ContinuedForecast, ForecastRequest, Selection, Series } from './model/forecasting.ts';
import { planForecast } from './plan-forecast.ts';
import { selectModels } from './select-models.ts';

/**
 * Forecasts. The models of a selection are fitted again; they are chosen again where there is no
 * selection, or where their forecast of the newest values would have been far off. With a calendar,
 * models see the series without what named days do to it, which the forecast then has again.
 * @param selection - of an earlier call with the same request; undefined to choose
 */
export function continueForecast(
  series: Series,
  request: ForecastRequest,
  selection: Selection | undefined,
): ContinuedForecast {
  const { calendar, horizon } = request;
  const adjusted = calendar && adjustSeries(series, calendar, horizon);
  if (adjusted === undefined) return continueOrdinary(series, request, selection);
  const continued = continueOrdinary(adjusted.series, request, selection);
  return { ...continued, forecast: adjusted.restore(continued.forecast) };
}

/** Without named days. */
function continueOrdinary(
  series: Series,
  request: ForecastRequest,
  selection: Selection | undefined,
): ContinuedForecast {
  const isDrifted = selection !== undefined && hasDrifted(series, request, selection);
  const kept = isDrifted ? undefined : selection;
  const chosen = kept ?? selectModels(series, request);
  const change = isDrifted ? 'drifted' : selection === undefined ? 'selected' : 'kept';
  return { forecast: planForecast(series, request, chosen), selection: chosen, change };
}
