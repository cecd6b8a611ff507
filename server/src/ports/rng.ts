/** Secure randomness as a port: unpredictable bytes, for secrets. */
export interface SecretRandom {
  /** As many random bytes as asked for, fit for secrets. */
  readonly bytes: (count: number) => Uint8Array;
}
