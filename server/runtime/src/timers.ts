/** Timers as a port, so that simulations run on virtual time. */
export interface Timers {
  /**
   * Calls back once after a delay.
   * @param delayMs - 0 or more
   * @returns a function that cancels the call
   */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** The machine's timers; the process does not exit while one is pending. */
export const systemTimers: Timers = {
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The machine's timers; the process may exit while one is pending. */
export const backgroundTimers: Timers = {
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
