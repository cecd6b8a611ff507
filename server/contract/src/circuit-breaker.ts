/**
 * A circuit breaker as data: after several failures in a row no call is made for a while, then one
 * call decides. Source: Nygard, Release It!, chapter on stability patterns.
 */

/** Record of earlier calls. */
export interface BreakerState {
  readonly failures: number;
  /** No call is made before this time. Unit: ms. */
  readonly closedFromMs: number;
}

/** Threshold and open time of a breaker. */
export interface BreakerRules {
  /** The number of failures in a row that opens the breaker. */
  readonly failuresMax: number;
  /** Duration of the open state. Unit: ms. */
  readonly openMs: number;
  /** Every further failure doubles `openMs` up to this; without it the time stays. Unit: ms. */
  readonly openMsMax?: number;
}

/** Calls pass. */
export const CLOSED: BreakerState = { failures: 0, closedFromMs: 0 };

/** Whether a breaker holds calls back, or lets through only the one that decides. */
export function isOpen({ failures }: Pick<BreakerState, 'failures'>, rules: BreakerRules): boolean {
  return failures >= rules.failuresMax;
}

/**
 * Returns how long calls are held back after a failure. Unit: ms.
 * @param failures - failures in a row, with this one
 */
export function openMsAfter(failures: number, rules: BreakerRules): number {
  const { failuresMax, openMs, openMsMax = openMs } = rules;
  if (failures < failuresMax) return 0;
  return Math.min(openMsMax, openMs * 2 ** (failures - failuresMax));
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
  return { ...state, closedFromMs: nowMs + openMsAfter(state.failures, rules) };
}

/** The state after a call that failed; a success is followed by {@link CLOSED}. */
export function afterFailure(
  state: BreakerState,
  rules: BreakerRules,
  nowMs: number,
): BreakerState {
  const failures = state.failures + 1;
  const openMs = openMsAfter(failures, rules);
  return { failures, closedFromMs: openMs === 0 ? 0 : nowMs + openMs };
}
