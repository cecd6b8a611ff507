/**
 * A circuit breaker as data: after several failures in a row nobody asks for a while, then one
 * question decides. Source: Nygard, Release It!, chapter on stability patterns.
 */

/** What is remembered of earlier calls. */
export interface Breaker {
  readonly failures: number;
  /** Nobody asks before this moment. */
  readonly closedFromMs: number;
}

/** A breaker through which calls pass. */
export const CLOSED: Breaker = { failures: 0, closedFromMs: 0 };

/** So many failures in a row are no accident. */
const FAILURES_MAX = 3;

/** Long enough for a restart at the other side, short enough for people who wait. Unit: ms. */
const OPEN_MS = 30_000;

/** Whether a call may be made now. */
export function mayCall(breaker: Breaker, nowMs: number): boolean {
  return nowMs >= breaker.closedFromMs;
}

/** The breaker after a call that failed; a success is followed by {@link CLOSED}. */
export function afterFailure(breaker: Breaker, nowMs: number): Breaker {
  const failures = breaker.failures + 1;
  return { failures, closedFromMs: failures >= FAILURES_MAX ? nowMs + OPEN_MS : 0 };
}
