/** Gives equal things one small number, so that what is true of one is computed once for all. */

/** Things by number; unused numbers are reused. */
export interface Interner<T> {
  readonly ids: Map<string, number>;
  readonly keys: string[];
  /** Undefined where a number is unused. */
  readonly items: (T | undefined)[];
  readonly uses: number[];
  readonly free: number[];
}

/** Makes an empty interner. */
export function makeInterner<T>(): Interner<T> {
  return { ids: new Map(), keys: [], items: [], uses: [], free: [] };
}

/** Returns the number of a thing and counts one use more. */
export function acquire<T>(interner: Interner<T>, key: string, item: T): number {
  const known = interner.ids.get(key);
  if (known !== undefined) {
    interner.uses[known] = (interner.uses[known] ?? 0) + 1;
    return known;
  }
  const id = interner.free.pop() ?? interner.items.length;
  interner.ids.set(key, id);
  interner.keys[id] = key;
  interner.items[id] = item;
  interner.uses[id] = 1;
  return id;
}

/**
 * Counts one use of a thing less.
 * @returns whether it was the last use: everything cached under its number must be dropped
 */
export function release<T>(interner: Interner<T>, id: number): 'last' | 'others' {
  const left = (interner.uses[id] ?? 1) - 1;
  interner.uses[id] = left;
  if (left > 0) return 'others';
  interner.ids.delete(interner.keys[id] ?? '');
  // Nothing may be learned about a number that the next thing gets.
  interner.items[id] = undefined;
  interner.free.push(id);
  return 'last';
}
