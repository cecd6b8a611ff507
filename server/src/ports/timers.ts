/** Timers as a port, so that simulations run on virtual time. */
export interface Timers {
  /**
   * Calls back once after a delay.
   * @param delayMs - 0 or more
   * @returns a function that cancels the call
   */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}
