/** Joins the changes of writes that are committed together. */
import type { Change, ChangeSet } from '../../../ports/store.ts';

/**
 * Leaves out guards that an earlier change of the set repeats: VMs that land in one place move its
 * version once, together.
 */
export function dropRepeatedGuards(changes: readonly Change[]): ChangeSet {
  const seen = new Set<string>();
  return changes.filter((change) => {
    if (change.kind !== 'move-rule' && change.kind !== 'require-none') return true;
    const text = JSON.stringify(change);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
