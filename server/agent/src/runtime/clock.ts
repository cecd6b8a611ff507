/** Time as a port: nothing in the agent looks at a clock of its own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: () => number;
}
