/**
 * A circuit breaker as data: after several failures in a row no call is made for a while, then one
 * call decides. Source: Nygard, Release It!, chapter on stability patterns.
 */

/** What is remembered of earlier calls. */
export interface BreakerState {
  readonly failures: number;
  /** No call is made before this time. Unit: ms. */
  readonly closedFromMs: number;
}

/** When a breaker opens, and for how long. */
export interface BreakerRules {
  /** The number of failures in a row that opens the breaker. */
  readonly failuresMax: number;
  /** Unit: ms. */
  readonly openMs: number;
}

/** Calls pass. */
export const CLOSED: BreakerState = { failures: 0, closedFromMs: 0 };

/** Whether a breaker holds calls back, or lets through only the one that decides. */
export function isOpen(state: BreakerState, rules: BreakerRules): boolean {
  return state.failures >= rules.failuresMax;
}

/**
 * Lets a call pass, or not.
 * @returns the state with the call under way; undefined when it may not be made. While the call
 * that decides is under way, others wait, at most as long as the breaker was open
 */
export function passCall(
  state: BreakerState,
  rules: BreakerRules,
  nowMs: number,
): BreakerState | undefined {
  if (!isOpen(state, rules)) return state;
  if (nowMs < state.closedFromMs) return undefined;
  return { ...state, closedFromMs: nowMs + rules.openMs };
}

/** The state after a call that failed; a success is followed by {@link CLOSED}. */
export function afterFailure(
  state: BreakerState,
  rules: BreakerRules,
  nowMs: number,
): BreakerState {
  const failures = state.failures + 1;
  return { failures, closedFromMs: failures >= rules.failuresMax ? nowMs + rules.openMs : 0 };
}
