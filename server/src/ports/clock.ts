/** Time as a port: nothing behind the transports looks at a clock of its own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: () => number;
  /** For durations: milliseconds since whenever, with fractions; `nowMs` where it is absent. */
  readonly steadyMs?: () => number;
}
