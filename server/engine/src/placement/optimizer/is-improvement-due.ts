/** Decides whether a scheduled improvement is due. */

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Times of the day, UTC. */
export interface DailyWindow {
  /** Minutes after midnight, 0 to 1439. */
  readonly fromMinute: number;
  /** Exclusive; a time at or before the begin is on the next day. */
  readonly toMinute: number;
}

/** Interval and time window of improvements. */
export interface ImprovementTimes {
  readonly everyMs: number;
  /** All day when absent. */
  readonly window?: DailyWindow | undefined;
}

/**
 * Returns whether the next improvement may begin now.
 * @param lastMs - when the last one began; 0 where there was none
 */
export function isImprovementDue(
  { everyMs, window }: ImprovementTimes,
  lastMs: number,
  nowMs: number,
): boolean {
  return nowMs - lastMs >= everyMs && (window === undefined || isWithin(window, nowMs));
}

function isWithin({ fromMinute, toMinute }: DailyWindow, nowMs: number): boolean {
  const minute = (nowMs % DAY_MS) / MINUTE_MS;
  if (fromMinute < toMinute) return minute >= fromMinute && minute < toMinute;
  return minute >= fromMinute || minute < toMinute;
}
