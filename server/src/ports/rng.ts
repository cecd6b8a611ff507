/** Secure randomness as a port: unpredictable bytes, for secrets. */
export interface SecretRandom {
  /** Returns the given number of random bytes, suitable for secrets. */
  readonly bytes: (count: number) => Uint8Array;
}
