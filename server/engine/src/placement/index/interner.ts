/** Gives equal things one small number, so that what holds for one is worked out once for all. */

/** Things by number; a number that nothing uses any more is given out again. */
export interface Interner<T> {
  readonly ids: Map<string, number>;
  readonly keys: string[];
  readonly items: T[];
  readonly uses: number[];
  readonly free: number[];
}

/** An interner that knows nothing yet. */
export function makeInterner<T>(): Interner<T> {
  return { ids: new Map(), keys: [], items: [], uses: [], free: [] };
}

/** The number of a thing, which is used once more from now on. */
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
 * Uses a thing once less.
 * @returns whether it was the last use: whatever is remembered under its number must be forgotten
 */
export function release<T>(interner: Interner<T>, id: number): 'last' | 'others' {
  const left = (interner.uses[id] ?? 1) - 1;
  interner.uses[id] = left;
  if (left > 0) return 'others';
  interner.ids.delete(interner.keys[id] ?? '');
  interner.free.push(id);
  return 'last';
}
