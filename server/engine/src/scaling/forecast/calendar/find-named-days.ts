/** Finds the begin and end of a calendar's days, by the clock of their time zone. */
import type { NamedDates, NamedDay } from '../model/forecasting.ts';

/** A stretch of time. Unit: seconds since the Unix epoch; the end is not included. */
interface Stretch {
  readonly fromS: number;
  readonly toS: number;
}

const DATE = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/;

const MS_PER_SECOND = 1_000;

/** A day may begin half a day from where it begins in UTC, and somewhat more. Unit: ms. */
const ZONES_MS = 15 * 3_600_000;

/**
 * Finds the days that overlap a stretch, by time. A date of two names has the first one. Dates that
 * do not exist, such as 29 February of most years, are no days.
 */
export function findNamedDays(
  calendar: readonly NamedDates[],
  { fromS, toS }: Stretch,
): readonly NamedDay[] {
  const found: NamedDay[] = [];
  for (const { name, dates, timeZone } of calendar) {
    const startOf = makeClock(timeZone);
    for (const date of dates) {
      for (const [year, month, day] of datesOf(date, { fromS, toS })) {
        const startS = startOf(year, month, day);
        const endS = startOf(year, month, day + 1);
        const isTaken = found.some((each) => each.startS < endS && startS < each.endS);
        if (endS > fromS && startS < toS && !isTaken) found.push({ name, startS, endS });
      }
    }
  }
  return found.sort((one, other) => one.startS - other.startS);
}

/** Whether a text is a date of the calendar: `2026-11-27`, or each year `12-24`. */
export function isCalendarDate(date: string): boolean {
  const [, year = '2024', month, day] = DATE.exec(date) ?? [];
  return month !== undefined && isDate(Number(year), Number(month), Number(day));
}

/** The dates that a text stands for, in years that a stretch touches. */
function datesOf(
  date: string,
  { fromS, toS }: Stretch,
): readonly (readonly [number, number, number])[] {
  const [, year, month, day] = DATE.exec(date) ?? [];
  const yearAt = (atMs: number) => new Date(atMs).getUTCFullYear();
  const first = yearAt(fromS * MS_PER_SECOND - ZONES_MS);
  const last = yearAt(toS * MS_PER_SECOND + ZONES_MS);
  const years = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  return years
    .filter((each) => year === undefined || each === Number(year))
    .filter((each) => isDate(each, Number(month), Number(day)))
    .map((each) => [each, Number(month), Number(day)] as const);
}

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Says when a day begins in a zone. Unit: seconds since the Unix epoch. */
function makeClock(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  /** Offset of the zone's clock from UTC. */
  const aheadMs = (atMs: number): number => {
    const parts = new Map(
      format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    );
    const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const local = Date.UTC(
      of('year'),
      of('month') - 1,
      of('day'),
      of('hour'),
      of('minute'),
      of('second'),
    );
    return local - atMs;
  };
  return (year: number, month: number, day: number): number => {
    const local = Date.UTC(year, month - 1, day);
    const near = local - aheadMs(local);
    return (local - aheadMs(near)) / MS_PER_SECOND;
  };
}
