/** Refuses documents that nest too deep for what is done with them, or that contain themselves. */

/** Levels of lists and objects; plans of Terraform have some forty. */
const DEPTH_MAX = 500;

/**
 * Returns a document of JSON or YAML as it is. An alias of YAML may stand inside of its own anchor,
 * and a short text may nest deeper than a stack of calls.
 * @throws Error that says which of them it is
 */
export function refuseEndless<T>(document: T): T {
  measure(document, 0, new Map());
  return document;
}

/**
 * Returns the levels below a value.
 * @param measured - the levels of what was seen, so that what many aliases name is measured once;
 *   undefined while it is being measured
 */
function measure(value: unknown, depth: number, measured: Map<object, number | undefined>): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (measured.has(value) && measured.get(value) === undefined) {
    throw new Error('a value contains itself');
  }
  const known = measured.get(value);
  if (depth + (known ?? 1) > DEPTH_MAX) {
    throw new Error(`values are nested more than ${DEPTH_MAX} levels deep`);
  }
  if (known !== undefined) return known;
  measured.set(value, undefined);
  let levels = 0;
  for (const inner of Object.values(value)) {
    levels = Math.max(levels, measure(inner, depth + 1, measured));
  }
  measured.set(value, levels + 1);
  return levels + 1;
}
