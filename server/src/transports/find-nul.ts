/** A place in an input, as problems name it. */
type Path = readonly (string | number)[];

const NUL = '\0';

/**
 * Finds the first text in an input that has a NUL character, among values and keys alike. No id,
 * name or filter has one, and PostgreSQL stores none.
 * @returns its place; undefined where there is none
 */
export function findNul(value: unknown, path: Path = []): Path | undefined {
  if (typeof value === 'string') return value.includes(NUL) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    const found = key.includes(NUL) ? path : findNul(inner, [...path, isList ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
