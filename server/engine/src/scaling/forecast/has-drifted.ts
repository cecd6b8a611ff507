/** Whether a series has left what its selection expects of it. */
import type { ForecastRequest, Selection, Series } from './model/forecasting.ts';
import { planForecast } from './plan-forecast.ts';

/** The newest values that are forecast from before them. */
const VALUES_CHECKED_MAX = 12;

/** Limit of the checked share: in a short series, too little would remain to forecast from. */
const CHECKED_RATIO_MAX = 0.15;

/** A value this many reaches from its forecast is no error of the usual size. */
const REACHES = 2;

/** One odd value is an event; several are another series. */
const WRONG_RATIO = 0.5;

/** Fewer say nothing. */
const VALUES_CHECKED_MIN = 3;

/** Rounding error of floating-point arithmetic, relative to the value. */
const ROUNDING_RATIO = 1e-6;

/**
 * Forecasts the newest values from those before them, with the members of the selection.
 * @returns true where at least half of them are further than two reaches of its interval from that
 */
export function hasDrifted(
  { startS, stepS, values }: Series,
  request: ForecastRequest,
  selection: Selection,
): boolean {
  const all = Array.from(values);
  const most = Math.floor(all.length * CHECKED_RATIO_MAX);
  const count = Math.min(request.horizon, VALUES_CHECKED_MAX, most);
  if (count < VALUES_CHECKED_MIN) return false;
  const before = { startS, stepS, values: all.slice(0, -count) };
  const { point } = planForecast(before, { ...request, horizon: count }, selection);
  const { below, above } = selection.reach;
  let [known, wrong] = [0, 0];
  for (const [step, expected] of point.entries()) {
    const value = all[before.values.length + step] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    known += 1;
    const reach = (value < expected ? below : above)[step] ?? 0;
    const room = REACHES * reach + ROUNDING_RATIO * Math.abs(expected);
    if (Math.abs(value - expected) > room) wrong += 1;
  }
  return known >= VALUES_CHECKED_MIN && wrong >= known * WRONG_RATIO;
}
