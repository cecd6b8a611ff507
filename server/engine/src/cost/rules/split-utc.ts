/** Days and months of UTC, which have no clock changes. */
import type { BilledPeriod } from '../model/bill.ts';

const DAY_MS = 86_400_000;

const DAY_LENGTH = '2026-11-30'.length;
const MONTH_LENGTH = '2026-11'.length;

/** A part of a period, with the name of its day or month. */
export interface NamedPart extends BilledPeriod {
  readonly name: string;
}

/** Splits a period at the begins of days or months. */
export function splitUtc({ fromMs, untilMs }: BilledPeriod, by: 'day' | 'month'): NamedPart[] {
  const length = by === 'day' ? DAY_LENGTH : MONTH_LENGTH;
  const parts: NamedPart[] = [];
  for (let beginMs = fromMs; beginMs < untilMs; ) {
    const nextMs = by === 'day' ? (Math.floor(beginMs / DAY_MS) + 1) * DAY_MS : nextMonth(beginMs);
    const endMs = Math.min(untilMs, nextMs);
    const name = new Date(beginMs).toISOString().slice(0, length);
    parts.push({ fromMs: beginMs, untilMs: endMs, name });
    beginMs = endMs;
  }
  return parts;
}

/** The month in UTC that contains a moment. */
export function monthOf(atMs: number): BilledPeriod {
  const at = new Date(atMs);
  return { fromMs: Date.UTC(at.getUTCFullYear(), at.getUTCMonth()), untilMs: nextMonth(atMs) };
}

function nextMonth(atMs: number): number {
  const at = new Date(atMs);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
}
