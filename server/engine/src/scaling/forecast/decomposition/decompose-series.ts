/**
 * Decomposes a series into a trend, a component for each season, and what remains.
 * Source: Cleveland et al., "STL" (1990); Bandara et al., "MSTL" (2021) for several seasons. The
 * seasons are centred by a moving average in place of STL's low-pass filter.
 */
import { smoothLocally } from '../fitting/smooth-locally.ts';

/** The parts of a series; their sum is the series. */
export interface Decomposition {
  readonly trend: Float64Array;
  /** One for each period, in the order of the periods. */
  readonly seasons: readonly Float64Array[];
  readonly remainder: Float64Array;
}

/** Cycles whose values at the same time of a season count for each other. */
const CYCLES_WINDOW = 9;
/** The window of the trend, over the longest period. */
const TREND_RATIO = 1.5;
/** Without a season. Unit: values. */
const TREND_VALUES = 25;
const PASSES = 2;

/**
 * Decomposes.
 * @param values - finite
 * @param periods - lengths of seasons, shortest first, of each of which there are two or more
 */
export function decomposeSeries(values: Float64Array, periods: readonly number[]): Decomposition {
  const longest = periods.at(-1);
  const window = longest === undefined ? TREND_VALUES : Math.ceil(longest * TREND_RATIO);
  const seasons: Float64Array[] = periods.map(() => new Float64Array(values.length));
  let trend = smoothLocally(values, window);
  const without = (left: Float64Array | undefined) =>
    seasons.reduce(
      (rest, season) =>
        season === left ? rest : rest.map((value, at) => value - (season[at] ?? 0)),
      values,
    );
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const [index, period] of periods.entries()) {
      const rest = without(seasons[index]).map((value, at) => value - (trend[at] ?? 0));
      seasons[index] = centre(smoothCycles(rest, period), period);
    }
    trend = smoothLocally(without(undefined), window);
  }
  const remainder = without(undefined).map((value, at) => value - (trend[at] ?? 0));
  return { trend, seasons, remainder };
}

/** Smooths the values at the same time of each season, over the seasons. */
function smoothCycles(values: Float64Array, period: number): Float64Array {
  const smoothed = new Float64Array(values.length);
  for (let phase = 0; phase < period; phase += 1) {
    const count = Math.ceil((values.length - phase) / period);
    const cycle = new Float64Array(count).map((_, at) => values[phase + at * period] ?? 0);
    const smooth = smoothLocally(cycle, CYCLES_WINDOW);
    for (let at = 0; at < count; at += 1) smoothed[phase + at * period] = smooth[at] ?? 0;
  }
  return smoothed;
}

/** Takes the mean over a season away, so that the level is the trend's. */
function centre(values: Float64Array, period: number): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let at = 0; at < values.length; at += 1) sums[at + 1] = (sums[at] ?? 0) + (values[at] ?? 0);
  const half = Math.floor(period / 2);
  return values.map((value, at) => {
    const from = Math.max(0, Math.min(at - half, values.length - period));
    const mean = ((sums[from + period] ?? 0) - (sums[from] ?? 0)) / period;
    return value - mean;
  });
}
