/** One kind of record that retention deletes, a batch at a time. */

import type { Change, ChangeSet } from '../../../ports/store.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { RetentionDeps } from './deps.ts';
import type { RetentionTimes } from './retention-times.ts';

/** Dependencies of a job. */
export interface RetentionScope {
  readonly deps: RetentionDeps;
  readonly times: RetentionTimes;
  readonly nowMs: number;
  /** Maximum number of rows. */
  readonly limit: number;
  /** Committed with the deletions: they fail once another server holds the lease. */
  readonly guard: Change;
}

/** A job. */
export interface RetentionJob {
  /** The name in the log and in the metric. */
  readonly name: string;
  /** Deletes some rows. @returns how many; fewer than the limit when none are left */
  readonly deleteBatch: (scope: RetentionScope) => Promise<number>;
}

/** Commits the deletion of rows. @returns their number; 0 when the store refused */
export async function deleteRows(
  { deps, guard }: RetentionScope,
  rows: number,
  changes: ChangeSet,
): Promise<number> {
  if (changes.length === 0) return 0;
  const done = await commitChanges(deps, [guard, ...changes]);
  if (done.ok) return rows;
  deps.logger.warn(
    { problem: done.error },
    'the store refused a retention job; its next run repeats it',
  );
  return 0;
}
