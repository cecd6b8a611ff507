/** Calendar weeks and months of a period, which reports compare. */
import type { Period } from './measure-recovery.ts';

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/**
 * Splits a period at the begins of months, or of weeks (Mondays, as ISO 8601 counts them), in UTC.
 * @returns the parts, the oldest first; the first and the last may be shorter than the others
 */
export function splitPeriod({ fromMs, untilMs }: Period, by: 'week' | 'month'): readonly Period[] {
  const parts: Period[] = [];
  let beginMs = fromMs;
  while (beginMs < untilMs) {
    const endMs = Math.min(untilMs, by === 'month' ? nextMonth(beginMs) : nextWeek(beginMs));
    parts.push({ fromMs: beginMs, untilMs: endMs });
    beginMs = endMs;
  }
  return parts;
}

function nextMonth(atMs: number): number {
  const at = new Date(atMs);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
}

function nextWeek(atMs: number): number {
  const at = new Date(atMs);
  const today = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
  const sinceMonday = (at.getUTCDay() + WEEK_DAYS - 1) % WEEK_DAYS;
  return today + (WEEK_DAYS - sinceMonday) * DAY_MS;
}
