/** Difference between a value and a pattern, with its path. */
export interface Mismatch {
  /** Path below the resource, such as `healing.restart`. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** A pattern that compares by itself: `Match`. */
interface Pattern {
  readonly _compare: (value: unknown, path: readonly string[]) => readonly Mismatch[];
}

/** A mismatch at a path. */
export function mismatch(path: readonly string[], expected: string, found: unknown): Mismatch {
  return { path: path.join('.'), expected, found: wordsOf(found) };
}

/** A value or a pattern, as failures show it. */
export function wordsOf(value: unknown): string {
  if (value === undefined || value === null) return 'no value';
  if (isPattern(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(wordsOf).join(', ')}]`;
  if (!isFields(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, each]) => `${name}: ${wordsOf(each)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** Comparisons of values with patterns. Each returns every mismatch; none if the value matches. */
export const matchers = { compare, exact, objectLike, objectEquals, arrayWith, arrayEquals };

function compare(pattern: unknown, value: unknown, path: readonly string[]): readonly Mismatch[] {
  if (isPattern(pattern)) return pattern._compare(value, path);
  if (Array.isArray(pattern)) return arrayEquals(pattern, value, path);
  if (isFields(pattern)) return objectLike(pattern, value, path);
  const isSame = pattern === value || ((pattern ?? null) === null && (value ?? null) === null);
  return isSame ? [] : [mismatch(path, wordsOf(pattern), value)];
}

function exact(pattern: unknown, value: unknown, path: readonly string[]): readonly Mismatch[] {
  if (isPattern(pattern) || Array.isArray(pattern) || !isFields(pattern)) {
    if (!Array.isArray(pattern) || !Array.isArray(value) || pattern.length !== value.length) {
      return compare(pattern, value, path);
    }
    return pattern.flatMap((each, at) => exact(each, value[at], [...path, String(at)]));
  }
  if (!isFields(value)) return [mismatch(path, wordsOf(pattern), value)];
  const names = [...new Set([...Object.keys(pattern), ...Object.keys(value)])];
  return names.flatMap((name) => exact(pattern[name], value[name], [...path, name]));
}

function objectLike(pattern: Fields, value: unknown, path: readonly string[]): readonly Mismatch[] {
  if (!isFields(value)) return [mismatch(path, wordsOf(pattern), value)];
  return Object.entries(pattern).flatMap(([name, each]) => {
    const found = compare(each, value[name], [...path, name]);
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const isMisnamed = !Object.hasOwn(value, name) && snake !== name && Object.hasOwn(value, snake);
    if (found.length === 0 || !isMisnamed) return found;
    return [
      {
        ...mismatch([...path, name], wordsOf(each), undefined),
        found: `no value; is ${snake} meant?`,
      },
    ];
  });
}

function objectEquals(
  pattern: Fields,
  value: unknown,
  path: readonly string[],
): readonly Mismatch[] {
  if (!isFields(value)) return [mismatch(path, wordsOf(pattern), value)];
  const surplus = Object.keys(value).filter((name) => !Object.hasOwn(pattern, name));
  return [
    ...objectLike(pattern, value, path),
    ...surplus.map((name) => mismatch([...path, name], 'no value', value[name])),
  ];
}

function arrayWith(
  items: readonly unknown[],
  value: unknown,
  path: readonly string[],
): readonly Mismatch[] {
  if (!Array.isArray(value)) return [mismatch(path, `a list with ${wordsOf(items)}`, value)];
  const taken = assign(items, value);
  const found = new Set(taken.values());
  const left = value.map((each, place) => [String(place), each] as const);
  const free = left.filter(([place]) => !taken.has(Number(place)));
  return items.flatMap((item, at) =>
    found.has(at)
      ? []
      : (closest(item, free, path) ?? [mismatch(path, `an item ${wordsOf(item)}`, value)]),
  );
}

/**
 * Gives as many items as possible an element of their own.
 * Source: augmenting paths (Kuhn, 1955, "The Hungarian Method for the Assignment Problem").
 * @returns the item of each taken element, by the places of both
 */
function assign(items: readonly unknown[], values: readonly unknown[]): Map<number, number> {
  const taken = new Map<number, number>();
  const take = (item: number, tried: Set<number>): boolean =>
    values.some((value, place) => {
      if (tried.has(place) || compare(items[item], value, []).length > 0) return false;
      tried.add(place);
      const holder = taken.get(place);
      if (holder !== undefined && !take(holder, tried)) return false;
      taken.set(place, item);
      return true;
    });
  for (const item of items.keys()) take(item, new Set());
  return taken;
}

/** Returns the mismatches of the object closest to a pattern; undefined if there is no object. */
function closest(
  pattern: unknown,
  entries: readonly (readonly [place: string, value: unknown])[],
  path: readonly string[],
): readonly Mismatch[] | undefined {
  return entries
    .filter(([, value]) => isFields(value))
    .map(([place, value]) => compare(pattern, value, [...path, place]))
    .sort((one, other) => one.length - other.length)[0];
}

function arrayEquals(
  items: readonly unknown[],
  value: unknown,
  path: readonly string[],
): readonly Mismatch[] {
  if (!Array.isArray(value)) return [mismatch(path, wordsOf(items), value)];
  if (value.length !== items.length) {
    return [mismatch(path, `${items.length} items: ${wordsOf(items)}`, value)];
  }
  return items.flatMap((item, at) => compare(item, value[at], [...path, String(at)]));
}

function isPattern(value: unknown): value is Pattern {
  return isFields(value) && typeof value._compare === 'function';
}

/** Whether a value is an object that is not a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
