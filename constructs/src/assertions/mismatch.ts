/** How a value differs from a pattern, and where. */
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

/** How values are compared. Each returns every mismatch; none where the value matches. */
export const matchers = { compare, objectLike, objectEquals, arrayWith, arrayEquals };

function compare(pattern: unknown, value: unknown, path: readonly string[]): readonly Mismatch[] {
  if (isPattern(pattern)) return pattern._compare(value, path);
  if (Array.isArray(pattern)) return arrayEquals(pattern, value, path);
  if (isFields(pattern)) return objectLike(pattern, value, path);
  const isSame = pattern === value || ((pattern ?? null) === null && (value ?? null) === null);
  return isSame ? [] : [mismatch(path, wordsOf(pattern), value)];
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
  const left: unknown[] = [...value];
  return items.flatMap((item) => {
    const at = left.findIndex((each) => compare(item, each, path).length === 0);
    if (at < 0) return [mismatch(path, `an item ${wordsOf(item)}`, value)];
    left.splice(at, 1);
    return [];
  });
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

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
