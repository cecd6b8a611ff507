/** Everything a decision may know besides its input. */
export interface Env {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  readonly rng: Rng;
}

/** A tree of random numbers: a call added in one room changes no numbers in another. */
export interface Rng {
  /** The next number, 0 to 1 without 1. */
  readonly next: () => number;
  /** Returns an independent generator for the named purpose. */
  readonly fork: (purpose: string) => Rng;
}
