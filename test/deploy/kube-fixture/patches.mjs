/** The patches that kubectl sends. Lists are replaced as a whole, whatever their keys. */

/**
 * Server-side apply: what this manager applied before and applies no more is removed.
 *
 * @returns {object} the new object
 */
export function mergeApplied(current, before, applied) {
  return merge(dropMissing(current, before, applied), applied);
}

/** @returns {object} the object after a JSON merge patch, or a strategic one */
export function mergePatch(current, patch) {
  if (!isMap(patch)) return patch;
  const { $patch: directive, ...fields } = patch;
  const base = directive === 'replace' || !isMap(current) ? {} : current;
  const changed = Object.entries(fields).map(([key, value]) => [key, mergePatch(base[key], value)]);
  const all = Object.entries({ ...base, ...Object.fromEntries(changed) });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

/** @returns {object} the object after a JSON patch that adds or replaces */
export function applyJsonPatch(current, operations) {
  const changed = structuredClone(current);
  for (const { op, path, value } of operations) {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop();
    const place = keys.reduce((at, key) => at[key], changed);
    if (!['add', 'replace'].includes(op)) throw new Error(`no JSON patch with ${op} here`);
    place[last] = value;
  }
  return changed;
}

function dropMissing(current, before, applied) {
  if (!isMap(current) || !isMap(before)) return current;
  const kept = Object.entries(current).filter(
    ([key]) => !(key in before) || (isMap(applied) && key in applied),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, dropMissing(value, before[key], applied?.[key])]),
  );
}

function merge(current, applied) {
  if (!isMap(current) || !isMap(applied)) return applied;
  const merged = Object.entries(applied).map(([key, value]) => [key, merge(current[key], value)]);
  return { ...current, ...Object.fromEntries(merged) };
}

function isMap(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
