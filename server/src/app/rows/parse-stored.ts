/** Parses JSON of the store that may have been changed outside of NovaCron. */

/**
 * Parses a stored object.
 * @typeParam T - what the only writer of the column stores
 * @returns undefined where the text is no JSON object, such as a damaged value that reads as blank
 */
export function parseStored<T extends object>(text: string): T | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? (value ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Parses a stored list.
 * @typeParam T - what the only writer of the column stores the items as
 * @returns undefined where the text is no JSON list
 */
export function parseList<T>(text: string): readonly T[] | undefined {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
