/** The way into the store: commits of changes, and those who follow them. */
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet, Store } from '../../../ports/store.ts';
import type { KernelDeps } from '../context/deps.ts';

/**
 * Commits changes together, or none of them; where there are none, the store is not asked.
 * Problems: that of the first guard that failed, and those of the store.
 */
export async function commitChanges(
  { store }: Pick<KernelDeps, 'store'>,
  changes: ChangeSet,
): Promise<Result<void, Problem>> {
  return changes.length === 0 ? ok(undefined) : store.commit(changes);
}

/**
 * Commits changes of a reconciler, unless another server has taken its lease over.
 * @param guard - makes the commit fail then
 */
export function commitUnder(
  guard: () => Change,
  deps: Pick<KernelDeps, 'store'>,
  changes: ChangeSet,
): Promise<Result<void, Problem>> {
  return commitChanges(deps, changes.length === 0 ? [] : [guard(), ...changes]);
}

/**
 * Wraps a store.
 * @param act - runs instead of each commit, which it is given, and what commits other changes
 */
export function aroundCommits(
  store: Store,
  act: (
    changes: ChangeSet,
    commit: () => Promise<Result<void, Problem>>,
    commitOther: Store['commit'],
  ) => Promise<Result<void, Problem>>,
): Store {
  return { ...store, commit: (changes) => act(changes, () => store.commit(changes), store.commit) };
}

/**
 * Leaves out guards that an earlier change of the set repeats: writes of one commit that rely on
 * the same place or rule move its version once, together.
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
