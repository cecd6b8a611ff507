/** One thing that is forgotten in time, a part each time. */
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { RetentionDeps } from './deps.ts';
import type { RetentionTimes } from './retention-times.ts';

/** What a job works with. */
export interface RetentionScope {
  readonly deps: RetentionDeps;
  readonly times: RetentionTimes;
  readonly nowMs: number;
  /** Rows to take at most. */
  readonly limit: number;
  /** Committed with what is forgotten: nothing is, once another server does it. */
  readonly guard: Change;
}

/** A job. */
export interface RetentionJob {
  /** Stands in the log and in the metric. */
  readonly name: string;
  /** Forgets some. @returns how many rows; fewer than the limit when nothing is left */
  readonly forgetSome: (scope: RetentionScope) => Promise<number>;
}

/** Commits what forgets some rows. @returns their number; 0 when the store refused */
export async function forgetRows(
  { deps, guard }: RetentionScope,
  rows: number,
  changes: ChangeSet,
): Promise<number> {
  if (changes.length === 0) return 0;
  const done = await deps.store.commit([guard, ...changes]);
  if (done.ok) return rows;
  deps.logger.warn({ problem: done.error }, 'retention is refused; its next run repeats it');
  return 0;
}
