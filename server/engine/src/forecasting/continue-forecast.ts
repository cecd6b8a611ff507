/** Forecasts with models that were selected before, unless the series has become another one. */

import { hasDrifted } from './has-drifted.ts';
import type { ContinuedForecast, ForecastRequest, Selection, Series } from './model/forecasting.ts';
import { planForecast } from './plan-forecast.ts';
import { selectModels } from './select-models.ts';

/**
 * Forecasts. The models of a selection are fitted again; they are chosen again where there is no
 * selection, or where their forecast of the newest values would have been far off.
 * @param selection - of an earlier call with the same request; undefined to choose
 */
export function continueForecast(
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
