/** Time as a port: server and agents read no clock of their own, so that tests set the time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: () => number;
  /** For durations: milliseconds since any moment, with fractions; `nowMs` where it is absent. */
  readonly steadyMs?: () => number;
  /**
   * For leases: milliseconds since the host was started, those of its suspension included
   * (CLOCK_BOOTTIME of Linux), the same in all processes; `steadyMs` where it is absent.
   */
  readonly bootMs?: () => number;
}

/** The time for durations: milliseconds since any moment, with fractions where known. */
export function steadyMs(clock: Clock): number {
  return clock.steadyMs?.() ?? clock.nowMs();
}

/** The time for leases: it also passes while the host is suspended. */
export function bootMs(clock: Clock): number {
  return clock.bootMs?.() ?? steadyMs(clock);
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
};
