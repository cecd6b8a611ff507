/** A place in an input, as problems name it. */
type Path = readonly (string | number)[];

const NUL = '\0';

/**
 * Finds the first text in an input that has a NUL character, among values and keys alike. No id,
 * name or filter has one, and PostgreSQL stores none.
 * @returns its place; undefined where there is none
 */
export function findNul(value: unknown): Path | undefined {
  // Hardly any has one: the place is not kept along the way before that is known.
  return hasNul(value) ? findPlace(value, []) : undefined;
}

function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(NUL);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasNul);
  for (const key of Object.keys(value)) {
    if (key.includes(NUL) || hasNul(Reflect.get(value, key))) return true;
  }
  return false;
}

function findPlace(value: unknown, path: Path): Path | undefined {
  if (typeof value === 'string') return value.includes(NUL) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    const found = key.includes(NUL)
      ? path
      : findPlace(inner, [...path, isList ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
