/** Reads moments: in RFC 3339, or as a duration before or after now. */
import { z } from 'zod';
import { parseDuration } from './duration.ts';

const MOMENT_LENGTH_MAX = 64;

/** A moment in the past, or how long ago it was: `2026-01-31T08:00:00Z`, `24h`. */
export const Moment = momentText((text) => readMoment(text, 0) !== undefined);

/** A moment to come, or in how long it is: `2026-01-31T08:00:00Z`, `2h`. */
export const Deadline = momentText((text) => readDeadline(text, 0) !== undefined);

/**
 * Reads a moment.
 * @param text - RFC 3339 with a time zone, or a duration before now
 * @param nowMs - milliseconds since the Unix epoch
 * @returns milliseconds since the Unix epoch; undefined for other texts
 */
export function readMoment(text: string, nowMs: number): number | undefined {
  const agoMs = parseDuration(text);
  return agoMs === undefined ? readTimestamp(text) : Math.round(nowMs - agoMs);
}

/**
 * Reads a deadline: as {@link readMoment}, and a duration counts from now on.
 * @param text - RFC 3339 with a time zone, or a duration after now
 * @param nowMs - milliseconds since the Unix epoch
 * @returns milliseconds since the Unix epoch; undefined for other texts
 */
export function readDeadline(text: string, nowMs: number): number | undefined {
  const inMs = parseDuration(text);
  return inMs === undefined ? readTimestamp(text) : Math.round(nowMs + inMs);
}

function readTimestamp(text: string): number | undefined {
  const isMoment = z.iso.datetime({ offset: true }).safeParse(text).success;
  return isMoment ? Date.parse(text) : undefined;
}

function momentText(isOne: (text: string) => boolean) {
  return z.string().max(MOMENT_LENGTH_MAX, { abort: true }).refine(isOne, {
    error: 'must be a moment in RFC 3339, such as 2026-01-31T08:00:00Z, or a duration, such as 24h',
  });
}
