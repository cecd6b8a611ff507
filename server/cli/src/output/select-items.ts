/** Filters and sorts items as the command line asks for. */
import type { Fields } from './fields.ts';
import { readPath } from './read-path.ts';

/**
 * Whether an item has a value at a path: as a text, or as one of the values of a list. An empty
 * text stands for a field without a value.
 */
export function hasValue(item: Fields, path: string, value: string): boolean {
  const found = readPath(item, path);
  const values = Array.isArray(found) && found.length > 0 ? found.flat() : [found];
  return values.some((each) => textOf(each) === value);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.length === 0) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Sorts by some paths; numbers by their size, texts by the alphabet, what has no value last. */
export function sortItems(
  items: readonly Fields[],
  keys: readonly { readonly path: string; readonly direction: 'asc' | 'desc' }[],
): readonly Fields[] {
  return items.toSorted((left, right) => {
    for (const { path, direction } of keys) {
      const order = compareValues(readPath(left, path), readPath(right, path), direction);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compareValues(left: unknown, right: unknown, direction: 'asc' | 'desc'): number {
  const isMissing = (value: unknown) => value === null || value === undefined;
  if (isMissing(left) || isMissing(right))
    return Number(isMissing(left)) - Number(isMissing(right));
  const order =
    typeof left === 'number' && typeof right === 'number'
      ? left - right
      : COLLATOR.compare(textOf(left), textOf(right));
  return direction === 'asc' ? order : -order;
}

const COLLATOR = new Intl.Collator('en', { numeric: true });
