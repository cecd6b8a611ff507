/** Does a series report no more? */

/** A source may be late by this long, or by this many of its usual intervals. */
const LATE_S_MAX = 600;
const INTERVALS_MAX = 3;

/** The usual interval is the median of these last ones. */
const INTERVALS_COUNTED = 50;

/** A series that reports no more. Unit: seconds. */
export interface Silence {
  /** Time of its last sample, since the Unix epoch; undefined: none in the time looked at. */
  readonly sinceS: number | undefined;
  /** Usual time between two samples; undefined where fewer than three are known. */
  readonly usualS: number | undefined;
}

/**
 * Looks for a silence at the end of a series.
 * @param times - of its samples in the time looked at, ascending. Unit: seconds
 * @returns undefined where it reports, or may be late only
 */
export function planSilence(times: readonly number[], nowS: number): Silence | undefined {
  const sinceS = times.at(-1);
  if (sinceS === undefined) return { sinceS, usualS: undefined };
  const intervals = times
    .slice(-INTERVALS_COUNTED - 1)
    .map((time, at, last) => time - (last[at - 1] ?? time))
    .slice(1)
    .sort((a, b) => a - b);
  // Two samples do not say when the third one is due.
  if (intervals.length < 2) return undefined;
  const usualS = intervals[Math.floor(intervals.length / 2)] ?? 0;
  const lateS = Math.max(LATE_S_MAX, INTERVALS_MAX * usualS);
  return nowS - sinceS > lateS ? { sinceS, usualS } : undefined;
}
