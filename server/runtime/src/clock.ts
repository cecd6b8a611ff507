/** Time as a port: server and agents read no clock of their own, so that tests set the time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: () => number;
  /** For durations: milliseconds since any moment, with fractions; `nowMs` where it is absent. */
  readonly steadyMs?: () => number;
}

/** The time for durations: milliseconds since any moment, with fractions where known. */
export function steadyMs(clock: Clock): number {
  return clock.steadyMs?.() ?? clock.nowMs();
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
};
