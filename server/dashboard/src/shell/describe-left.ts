/** Describes the remaining time in words. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** From here on whole minutes are exact enough. Unit: minutes. */
const MINUTES_FROM = 2;

/**
 * Says it without saying more than is left: `4 minutes`, `28 seconds`, `a second`.
 * @param leftMs - unit: milliseconds
 */
export function describeLeft(leftMs: number): string {
  const minutes = Math.floor(leftMs / MINUTE_MS);
  if (minutes >= MINUTES_FROM) return `${minutes} minutes`;
  const seconds = Math.max(1, Math.floor(leftMs / SECOND_MS));
  return seconds === 1 ? 'a second' : `${seconds} seconds`;
}
