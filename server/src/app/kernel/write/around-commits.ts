import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { ChangeSet, Store } from '../../../ports/store.ts';

/** Wraps a store. @param act - runs instead of each commit, which it is given */
export function aroundCommits(
  store: Store,
  act: (
    changes: ChangeSet,
    commit: () => Promise<Result<void, Problem>>,
  ) => Promise<Result<void, Problem>>,
): Store {
  return { ...store, commit: (changes) => act(changes, () => store.commit(changes)) };
}
