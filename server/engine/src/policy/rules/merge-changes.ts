/** Merges the changes of a preview: equal decisions, of which there may be thousands, are one. */
import type { PolicyPreviewChange } from '@novacron/contract/kinds/policy/policy-preview';

/**
 * Merges changes.
 * @returns them in the order of their first ones; `count` is the sum, `last_at` the latest time
 */
export function mergeChanges(
  changes: readonly PolicyPreviewChange[],
): readonly PolicyPreviewChange[] {
  const merged = new Map<string, PolicyPreviewChange>();
  for (const change of changes) {
    const key = keyOf(change);
    const known = merged.get(key);
    merged.set(key, known === undefined ? change : addTo(known, change));
  }
  return [...merged.values()];
}

/** A refused create has another id each time, and the same name. */
function keyOf(change: PolicyPreviewChange): string {
  const { source, effect, operation, resource_kind, resource_id, resource_name } = change;
  const target = source === 'resources' ? resource_id : (resource_name ?? resource_id);
  const { user_id, messages, policy } = change;
  const about = [source, effect, operation, resource_kind, target, user_id];
  return JSON.stringify([...about, messages, policy]);
}

function addTo(known: PolicyPreviewChange, { count, last_at }: PolicyPreviewChange) {
  const times = [known.last_at, last_at].flatMap((time) => time ?? []);
  return { ...known, count: known.count + count, last_at: times.toSorted().at(-1) ?? null };
}
