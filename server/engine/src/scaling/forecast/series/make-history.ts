/** Prepares a series for models: fills gaps, scales values, and limits what may be forecast. */
import type { History, Series } from '../model/forecasting.ts';

/** A history, and what its values were divided by. */
export interface ScaledHistory {
  readonly history: History;
  /** More than 0. A forecast is multiplied by it. */
  readonly scale: number;
}

/** Maximum overshoot of a forecast beyond the measured range, relative to that range. */
const OVERSHOOT_RATIO = 0.5;

/**
 * Maximum history that models read; more improves forecasts little, and takes long. Unit: values.
 */
const VALUES_MAX = 20_000;

/**
 * Makes the history. A value that is missing becomes the one of a season before, else it lies on
 * the line between its neighbours; those at the ends repeat the nearest one. A series of which
 * every value is missing has an empty history.
 * @param periods - lengths of seasons; those that the series does not have twice are left out
 * @param fittedScale - what the values of models that are fitted already were divided by
 */
export function makeHistory(
  series: Series,
  periods: readonly number[],
  fittedScale?: number,
): ScaledHistory {
  const all = Float64Array.from(series.values).subarray(-VALUES_MAX);
  const isKnown = all.some(Number.isFinite);
  const usable = [...new Set(periods)]
    .filter((period) => Number.isInteger(period) && period > 1 && all.length >= 2 * period)
    .sort((one, other) => one - other);
  if (!isKnown) {
    return {
      history: { values: new Float64Array(0), periods: [], low: 0, high: 0 },
      scale: fittedScale ?? 1,
    };
  }
  const filled = fillGaps(all, usable[0]);
  const largest = filled.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = fittedScale ?? (largest === 0 ? 1 : largest);
  return {
    history: limit(
      filled.map((value) => value / scale),
      usable,
    ),
    scale,
  };
}

/** The beginning of a history, with the same limits only if the rest does not widen them. */
export function truncateHistory(history: History, length: number): History {
  return limit(history.values.subarray(0, length), history.periods);
}

function limit(values: Float64Array, periods: readonly number[]): History {
  if (values.length === 0) return { values, periods: [], low: 0, high: 0 };
  const usable = periods.filter((period) => values.length >= 2 * period);
  return { values, periods: usable, ...findLimits(values) };
}

/** The limits of what may be forecast from values. @param values - finite; one or more */
export function findLimits(values: Iterable<number>): Pick<History, 'low' | 'high'> {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const room = (most - least) * OVERSHOOT_RATIO;
  const low = least >= 0 ? Math.max(0, least - room) : least - room;
  const high = most <= 0 ? Math.min(0, most + room) : most + room;
  return { low, high };
}

function fillGaps(values: Float64Array, period: number | undefined): Float64Array {
  const filled = Float64Array.from(values);
  let before = -1;
  for (let at = 0; at < filled.length; at += 1) {
    if (Number.isFinite(values[at])) {
      before = at;
      continue;
    }
    const season = period === undefined ? Number.NaN : (filled[at - period] ?? Number.NaN);
    filled[at] = Number.isFinite(season) ? season : between(values, before, at);
  }
  return filled;
}

/** The value on the line between the known neighbours of a gap. */
function between(values: Float64Array, before: number, at: number): number {
  let after = at;
  while (after < values.length && !Number.isFinite(values[after])) after += 1;
  const left = values[before];
  const right = values[after];
  if (left === undefined) return right ?? 0;
  if (right === undefined) return left;
  const share = (at - before) / (after - before);
  return left * (1 - share) + right * share;
}

/** Puts forecasts within the limits of a history; what is not a number becomes the last value. */
export function clampForecast(values: Float64Array, history: History): Float64Array {
  const last = history.values.at(-1) ?? 0;
  return values.map((value) => {
    const known = Number.isNaN(value) ? last : value;
    return Math.min(history.high, Math.max(history.low, known));
  });
}
