/** Load of a VM by time, 0 to 1, without noise. */
import type { PatternName } from '../model/sample-data.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const HOURS = 24;
const DAYS = 7;
/** 1970-01-01 was a Thursday. */
const WEEKDAY_AT_EPOCH = 3;
const SATURDAY = 5;

/** A pattern, for people and for the generator. */
export interface Pattern {
  readonly description: string;
  /** @param daysRun - days since the first value */
  readonly loadAt: (atMs: number, daysRun: number) => number;
  /** Bursts per day; each lasts for about half an hour. */
  readonly burstsPerDay: number;
}

/** All patterns. Times are in UTC, weeks begin on Monday. */
export const PATTERNS: Readonly<Record<PatternName, Pattern>> = {
  steady: { description: 'the same load at all times', loadAt: () => 0.45, burstsPerDay: 0 },
  office: {
    description: 'high from 8 to 18 on weekdays, low at night and on weekends',
    loadAt: (atMs) =>
      isWeekend(atMs)
        ? 0.08
        : 0.1 + 0.55 * ramp(hourOf(atMs), 8, 9.5) * (1 - ramp(hourOf(atMs), 17, 19)),
    burstsPerDay: 0,
  },
  web: {
    description: 'rises to a peak at 20, a third more on weekends, with bursts',
    loadAt: (atMs) => (isWeekend(atMs) ? 1.33 : 1) * (0.32 + 0.22 * wave(hourOf(atMs) - 20)),
    burstsPerDay: 0.5,
  },
  batch: {
    description: 'almost idle, with a job from 2 to 4 every night',
    loadAt: (atMs) => 0.05 + 0.85 * ramp(hourOf(atMs), 2, 2.2) * (1 - ramp(hourOf(atMs), 3.8, 4)),
    burstsPerDay: 0,
  },
  bursty: { description: 'low, with bursts at any time', loadAt: () => 0.15, burstsPerDay: 6 },
  growing: {
    description: 'a daily wave that grows by 1 % of full load a day',
    loadAt: (atMs, daysRun) => 0.2 + 0.01 * daysRun + 0.1 * wave(hourOf(atMs) - 14),
    burstsPerDay: 0,
  },
  idle: { description: 'nothing but the operating system', loadAt: () => 0.01, burstsPerDay: 0 },
};

function hourOf(atMs: number): number {
  return (((atMs % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS;
}

function isWeekend(atMs: number): boolean {
  const day = (((Math.floor(atMs / DAY_MS) + WEEKDAY_AT_EPOCH) % DAYS) + DAYS) % DAYS;
  return day >= SATURDAY;
}

/** 1 at 0 hours, -1 half a day away. */
function wave(hours: number): number {
  return Math.cos((2 * Math.PI * hours) / HOURS);
}

/** 0 before, 1 after, in between a straight line. */
function ramp(hour: number, from: number, until: number): number {
  return Math.min(1, Math.max(0, (hour - from) / (until - from)));
}
