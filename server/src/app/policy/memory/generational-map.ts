/**
 * A map that drops entries that were not used for a long time, without timestamps: a used entry
 * moves to the younger of two generations, and the older one is dropped as a whole.
 */
export interface Generations<V> {
  readonly find: (key: string) => V | undefined;
  readonly keep: (key: string, value: V) => void;
  readonly drop: (key: string) => void;
}

/**
 * Makes an empty map.
 * @param max - entries of both generations together
 */
export function createGenerations<V>(max: number): Generations<V> {
  let young = new Map<string, V>();
  let old = young;

  function keep(key: string, value: V): void {
    if (young.size >= max / 2 && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }

  return {
    keep,
    find: (key) => {
      const known = young.get(key);
      if (known !== undefined) return known;
      const older = old.get(key);
      if (older !== undefined) keep(key, older);
      return older;
    },
    drop: (key) => {
      for (const values of [young, old]) values.delete(key);
    },
  };
}
