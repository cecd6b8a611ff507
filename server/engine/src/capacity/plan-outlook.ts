/** Plans the outlook of a resource: expected use, and when it runs out. See README.md. */
import type { Env } from '../env.ts';
import { nearestRank } from '../nearest-rank.ts';
import type { ForecastRequest } from '../scaling/forecast/model/forecasting.ts';
import { planForecast } from '../scaling/forecast/plan-forecast.ts';
import type {
  CapacityResource,
  CapacitySettings,
  ExpectedUse,
  Outlook,
  ResourceOutlook,
  RunOut,
} from './model/capacity.ts';
import { findBottleneckStart } from './rules/find-bottleneck-start.ts';
import { findRunOutDays } from './rules/find-run-out-days.ts';
import { simulateUse } from './rules/simulate-use.ts';
import { takeDailyPeaks } from './rules/take-daily-peaks.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Run-out dates are planned this far ahead. */
const PLANNED_DAYS = 90;

/** Short, medium and long term. Unit: hours. */
const HORIZON_HOURS = [2, 8, 72] as const;

/** Two weeks: less does not separate weekdays from a trend. */
const HOURS_NEEDED = 336;

/** A source may be late by this long. Unit: hours. */
const LATE_HOURS_MAX = 3;

/** Older hours change forecasts of three days little. */
const FORECAST_HOURS_MAX = 1_008;

/** Days behind the lead time that an order has to be enough for. */
const DAYS_AFTER_LEAD_TIME = 3;

/** Few models, since a fleet has a hundred resources. */
const FORECAST: ForecastRequest = {
  horizon: 72,
  periods: [24, 168],
  models: ['log-ridge', 'season-profile', 'seasonal-naive'],
  coverageRatio: 0.8,
};

/**
 * Plans it. The answer for a resource depends on no other resource.
 * @param env - numbers are drawn from a fork for the id of the resource
 */
export function planOutlook(
  resource: CapacityResource,
  settings: Pick<CapacitySettings, 'bottleneckRatio'>,
  env: Env,
): ResourceOutlook {
  return {
    resource,
    outlook: expectUse(resource, env),
    bottleneckSinceMs: findBottleneckStart(resource, settings.bottleneckRatio, env.nowMs),
  };
}

function expectUse(resource: CapacityResource, { nowMs, rng }: Env): Outlook {
  const { history, id, leadTimeMs } = resource;
  const values = Array.from(history.values);
  const first = values.findIndex(Number.isFinite);
  const last = values.findLastIndex(Number.isFinite);
  const known = first < 0 ? [] : values.slice(first);
  const lateHours = values.length - 1 - last;
  if (first >= 0 && lateHours > LATE_HOURS_MAX) {
    return { kind: 'stopped', sinceMs: nowMs - lateHours * HOUR_MS };
  }
  if (known.length < HOURS_NEEDED) {
    return { kind: 'too_short', hours: known.length, hoursNeeded: HOURS_NEEDED };
  }
  const series = { ...history, values: known };
  const peaks = takeDailyPeaks(series);
  const paths = simulateUse(peaks, PLANNED_DAYS, rng.fork('capacity').fork(id));
  const orderedDays = Math.ceil(leadTimeMs / DAY_MS) + DAYS_AFTER_LEAD_TIME;
  return {
    kind: 'known',
    horizons: forecastHours(known),
    peaks,
    days: Array.from({ length: PLANNED_DAYS }, (_, day) => ({
      aheadMs: (day + 1) * DAY_MS,
      ...spreadOf(paths.map((path) => path[day] ?? 0)),
    })),
    runOut: toRunOut(resource, paths, nowMs),
    peak: spreadOf(paths.map((path) => Math.max(...path.subarray(0, orderedDays)))),
  };
}

function forecastHours(known: readonly number[]): readonly ExpectedUse[] {
  const values = known.slice(-FORECAST_HOURS_MAX);
  const { point, lower, upper } = planForecast(
    { startS: 0, stepS: HOUR_MS / 1_000, values },
    FORECAST,
  );
  return HORIZON_HOURS.map((hours) => ({
    aheadMs: hours * HOUR_MS,
    point: point[hours - 1] ?? 0,
    lower: lower[hours - 1] ?? 0,
    upper: upper[hours - 1] ?? 0,
  }));
}

function spreadOf(values: readonly number[]): Omit<ExpectedUse, 'aheadMs'> {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => nearestRank(sorted, share) ?? 0;
  return { point: at(0.5), lower: at(0.1), upper: at(0.9) };
}

function toRunOut(
  { use, capacity }: CapacityResource,
  paths: readonly Float64Array[],
  nowMs: number,
): RunOut {
  if (use >= capacity) return { kind: 'reached' };
  const { earliest, middle, latest } = findRunOutDays(paths, capacity);
  if (!Number.isFinite(earliest)) return { kind: 'not_within' };
  const atOf = (days: number) => (Number.isFinite(days) ? nowMs + days * DAY_MS : null);
  return {
    kind: 'expected',
    earliestMs: nowMs + earliest * DAY_MS,
    atMs: atOf(middle),
    latestMs: atOf(latest),
  };
}
