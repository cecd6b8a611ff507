/** A tree of random numbers: a call added in one place moves no numbers in another. */
export interface Rng {
  /** The next number, 0 to 1 without 1. */
  readonly next: () => number;
  /** A generator of its own for the named purpose. */
  readonly fork: (purpose: string) => Rng;
}
