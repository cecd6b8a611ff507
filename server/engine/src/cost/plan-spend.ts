/**
 * Forecasts what a month will cost: what is spent, and the rate now for the hours that are left.
 * The range comes from how wrong this forecast would have been on the days before: each day's
 * amount forecasts the average of the days after it, and quantiles of the errors make the range.
 */
import { quantileSorted } from 'simple-statistics';
import type { BilledPeriod, SpendForecast } from './model/bill.ts';
import type { Micros } from './model/price-list.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Fewer complete days say too little about how much days differ. */
export const SPEND_DAYS_MIN = 7;

/** How forecasts are made, in words. */
export const SPEND_METHOD =
  'Cost so far, and the rate now for the hours that are left. The range is that of the errors of ' +
  'the same forecast on earlier days, without the tenth that is lowest and the tenth that is ' +
  'highest.';

/** The range leaves out a tenth of the errors on either side. */
const TAIL = 0.1;

/** What is known when a month is forecast. */
export interface SpendFacts {
  /** The month. */
  readonly period: BilledPeriod;
  /** Amount of the month so far. */
  readonly spent: Micros;
  /** Per hour, of all resources together. */
  readonly rate: Micros;
  /** Amounts of the complete days so far, the oldest first. */
  readonly days: readonly Micros[];
  readonly nowMs: number;
}

/** Forecasts the month. */
export function planSpend({ period, spent, rate, days, nowMs }: SpendFacts): SpendForecast {
  const leftMs = period.untilMs - Math.max(nowMs, period.fromMs);
  const expected = spent + Math.round((rate * leftMs) / HOUR_MS);
  const errors = errorsPerDay(days, leftMs / DAY_MS);
  if (errors.length === 0) return { spent, expected, range: null };
  const bound = (part: number) =>
    expected + Math.round((quantileSorted(errors, part) * leftMs) / DAY_MS);
  return {
    spent,
    expected,
    range: {
      lower: Math.max(spent, Math.min(expected, bound(TAIL))),
      upper: Math.max(expected, bound(1 - TAIL)),
    },
  };
}

/** Errors of the same forecast on earlier days, per day that was forecast; the smallest first. */
function errorsPerDay(days: readonly Micros[], daysLeft: number): number[] {
  if (days.length < SPEND_DAYS_MIN) return [];
  // Half of the days are the longest horizon that leaves several forecasts to compare.
  const horizon = Math.max(1, Math.min(Math.round(daysLeft), Math.floor(days.length / 2)));
  const origins = days.slice(0, days.length - horizon);
  return origins
    .map((day, at) => {
      const next = days.slice(at + 1, at + 1 + horizon);
      return next.reduce((sum, each) => sum + each, 0) / horizon - day;
    })
    .toSorted((left, right) => left - right);
}
