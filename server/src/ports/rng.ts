/** Chance as a port: bytes that nobody can guess, for secrets. */
export interface SecretRandom {
  /** As many random bytes as asked for, fit for secrets. */
  readonly bytes: (count: number) => Uint8Array;
}
