/**
 * A map for what comes and goes thousands of times a second. V8 gives a `Map` a new table each few
 * hundred changes, and each old table points to the next one and to all that it held: once one of
 * them has outlived two collections of the young generation, so does every later one, with requests
 * and operations that ended long ago, and each collection copies them while all requests wait. An
 * object without a prototype has one table, and nothing points to those it had before.
 * Source: V8's `OrderedHashTable::Rehash`; the effect is called nepotism (Ungar and Jackson, 1992,
 * "An adaptive tenuring policy for generation scavengers").
 */
export interface ShortLivedMap<V> {
  readonly get: (key: string) => V | undefined;
  readonly has: (key: string) => boolean;
  readonly set: (key: string, value: V) => void;
  readonly delete: (key: string) => void;
  readonly clear: () => void;
  /** Those that are there now, in no order; takes as long as there are entries. */
  readonly keys: () => string[];
  /** Those that are there now, in no order; takes as long as there are entries. */
  readonly values: () => V[];
  readonly isEmpty: () => boolean;
}

/**
 * Makes an empty one.
 * @example
 * const waiting = createShortLivedMap<() => void>();
 */
export function createShortLivedMap<V extends NonNullable<unknown>>(): ShortLivedMap<V> {
  let table = makeTable<V>();
  let size = 0;
  return {
    get: (key) => table[key],
    has: (key) => table[key] !== undefined,
    set: (key, value) => {
      if (table[key] === undefined) size += 1;
      table[key] = value;
    },
    delete: (key) => {
      if (table[key] === undefined) return;
      size -= 1;
      delete table[key];
    },
    clear: () => {
      table = makeTable();
      size = 0;
    },
    keys: () => Object.keys(table),
    values: () => Object.values(table),
    isEmpty: () => size === 0,
  };
}

function makeTable<V>(): Record<string, V> {
  // It has no names of its own, so that every string is a key like any other.
  const table: Record<string, V> = Object.create(null);
  return table;
}
