/**
 * Simulates the use of the days ahead: the trend goes on, halves or ends, as each would have been
 * right before, with changes from day to day as they were. How far the paths part is corrected by
 * how far earlier forecasts were from what came.
 * Sources: Künsch, "The jackknife and the bootstrap for general stationary observations" (1989),
 * for blocks of changes; Lei et al., "Distribution-free predictive inference for regression"
 * (2018).
 */
import { mean } from 'simple-statistics';
import type { Rng } from '../../env.ts';
import { nearestRank } from '../../nearest-rank.ts';
import { fitTrend, fitWeekdays } from './fit-trend.ts';

const DAYS_PER_WEEK = 7;

/** More paths move the ends of an 80 % interval by less than a day. */
const PATHS = 200;

/** Blocks of days whose changes stay together, in relation to the history. */
const BLOCK_RATIO = 0.2;
const BLOCK_DAYS_MIN = 2;

/** How much of the trend goes on. */
const TREND_RATIOS = [0, 0.5, 1] as const;

/**
 * How strongly errors decide between these. Chosen, as all constants here, on every other series of
 * M4 hourly; `make bench ONLY=run-out-coverage` measures the others.
 */
const ERROR_POWER = 3;

/** Earlier forecasts that are compared reach this far. Unit: days. */
const COMPARED_DAYS_MAX = 28;

/** Days before the first of these forecasts, at least. */
const LEARNT_DAYS_MIN = 7;

/** Share of earlier errors that the spread of the paths is to contain. */
const COVERAGE_RATIO = 0.8;

/** The correction of a spread, and how many forecasts it takes to be followed by half. */
const CORRECTION_MIN = 0.33;
const CORRECTION_MAX = 3;
const FORECASTS_HALF = 5;

/** Keeps exact forecasts from a division by 0. */
const ERROR_MIN = 1e-9;

/**
 * Simulates.
 * @param peaks - of each day so far, the oldest first; two or more
 * @param days - how many days ahead
 * @returns paths of as many values, none below 0
 */
export function simulateUse(
  peaks: readonly number[],
  days: number,
  rng: Rng,
): readonly Float64Array[] {
  const weekdays = fitWeekdays(peaks, fitTrend(peaks));
  const weekdayOf = (day: number) => weekdays[day % DAYS_PER_WEEK] ?? 0;
  const values = peaks.map((peak, day) => peak - weekdayOf(day));
  const last = values.at(-1) ?? 0;
  const trend = fitTrend(values);
  const errors = compareForecasts(values, Math.min(days, COMPARED_DAYS_MAX));
  const noise = drawNoise(values, days, rng);
  const correction = correctSpread(noise, errors);
  const ratioOf = chooseTrends(errors, Math.abs(last));
  return noise.map((path, at) => {
    const change = trend * ratioOf((at + 0.5) / noise.length);
    return path.map((deviation, day) => {
      const level = last + change * (day + 1) + correction * deviation;
      return Math.max(0, level + weekdayOf(values.length + day));
    });
  });
}

/** Errors of earlier forecasts. */
interface Errors {
  /** Forecasts that were compared. */
  readonly forecasts: number;
  /** For each ratio of the trend: how far ahead, and how far off. */
  readonly byRatio: readonly (readonly { readonly ahead: number; readonly error: number }[])[];
}

function compareForecasts(values: readonly number[], daysMax: number): Errors {
  const count = values.length;
  const byRatio = TREND_RATIOS.map((): { ahead: number; error: number }[] => []);
  const first = Math.max(LEARNT_DAYS_MIN, count >> 1);
  for (let origin = first; origin < count; origin += 1) {
    const trend = fitTrend(values.slice(0, origin));
    const before = values[origin - 1] ?? 0;
    for (let ahead = 1; ahead <= Math.min(daysMax, count - origin); ahead += 1) {
      const change = (values[origin + ahead - 1] ?? 0) - before;
      for (const [at, ratio] of TREND_RATIOS.entries()) {
        byRatio[at]?.push({ ahead, error: Math.abs(change - ratio * trend * ahead) });
      }
    }
  }
  return { forecasts: Math.max(0, count - first), byRatio };
}

/** Sums of changes that are drawn in blocks, and of what is uncertain about the trend itself. */
function drawNoise(values: readonly number[], days: number, rng: Rng): readonly Float64Array[] {
  const changes = values.slice(1).map((value, day) => value - (values[day] ?? 0));
  const usual = mean(changes);
  const block = Math.max(BLOCK_DAYS_MIN, Math.floor(values.length * BLOCK_RATIO));
  const starts = Math.max(1, changes.length - block + 1);
  function* draw(): Generator<number, never> {
    for (;;) {
      const start = Math.floor(rng.next() * starts);
      for (const change of changes.slice(start, start + block)) yield change - usual;
    }
  }
  return Array.from({ length: PATHS }, () => {
    const drawn = draw();
    let sum = 0;
    for (let day = 0; day < changes.length; day += 1) sum += drawn.next().value;
    const drift = sum / changes.length;
    let at = 0;
    return new Float64Array(days).map(() => {
      at += drift + drawn.next().value;
      return at;
    });
  });
}

/** Finds by what the spread is multiplied, so that it would have contained most earlier errors. */
function correctSpread(noise: readonly Float64Array[], { forecasts, byRatio }: Errors): number {
  if (forecasts === 0) return 1;
  const best = [...byRatio].sort((one, other) => totalOf(one) - totalOf(other))[0] ?? [];
  const spreads = new Map<number, number>();
  for (const { ahead } of best) {
    if (spreads.has(ahead)) continue;
    const sizes = noise.map((path) => Math.abs(path[ahead - 1] ?? 0)).sort(ascending);
    spreads.set(ahead, Math.max(ERROR_MIN, nearestRank(sizes, COVERAGE_RATIO) ?? 0));
  }
  const ratios = best.map(({ ahead, error }) => error / (spreads.get(ahead) ?? 1)).sort(ascending);
  const share = Math.min(1, (COVERAGE_RATIO * (ratios.length + 1)) / ratios.length);
  const measured = nearestRank(ratios, share) ?? 1;
  const bounded = Math.min(CORRECTION_MAX, Math.max(CORRECTION_MIN, measured));
  return bounded ** (forecasts / (forecasts + FORECASTS_HALF));
}

/** Chooses how much of the trend goes on in which share of the paths. */
function chooseTrends({ byRatio }: Errors, level: number): (share: number) => number {
  const weights = byRatio.map((errors) => {
    const error = totalOf(errors) / Math.max(1, errors.length);
    return (error + ERROR_MIN * Math.max(1, level)) ** -ERROR_POWER;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (share) => {
    let rest = share * total;
    for (const [at, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return TREND_RATIOS[at] ?? 1;
    }
    return 1;
  };
}

function totalOf(errors: Errors['byRatio'][number]): number {
  return errors.reduce((sum, { error }) => sum + error, 0);
}

function ascending(one: number, other: number): number {
  return one - other;
}
