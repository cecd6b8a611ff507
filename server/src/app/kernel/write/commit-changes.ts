/** The way into the store for everything that is no admitted write. */
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
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
