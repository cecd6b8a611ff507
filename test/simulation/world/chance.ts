/** Chance in a simulation: every choice comes from one seed, each room from its own branch. */
import type { Rng } from '@novacron/engine/env';

/** A generator with the questions that a simulation asks. */
export interface Chance extends Rng {
  readonly fork: (purpose: string) => Chance;
  /** @param probability - 0 (never) to 1 (always) */
  readonly happens: (probability: number) => boolean;
  /** A whole number, both ends included. */
  readonly between: (min: number, max: number) => number;
  /** One of a list that is not empty. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** One of a list, undefined if it is empty. */
  readonly pickAny: <T>(list: readonly T[]) => T | undefined;
  readonly bytes: (count: number) => Uint8Array;
}

/** Asks a generator in more words. */
export function makeChance(rng: Rng): Chance {
  const between = (min: number, max: number): number =>
    min + Math.floor(rng.next() * (max - min + 1));
  const pickAny = <T>(list: readonly T[]): T | undefined => list[between(0, list.length - 1)];
  return {
    next: rng.next,
    fork: (purpose) => makeChance(rng.fork(purpose)),
    happens: (probability) => rng.next() < probability,
    between,
    pick: <T>(list: readonly T[]): T => {
      const found = pickAny(list);
      if (found === undefined) throw new Error('there is nothing to pick from');
      return found;
    },
    pickAny,
    bytes: (count) => Uint8Array.from({ length: count }, () => between(0, 255)),
  };
}
