/**
 * Commits the progress of an operation: under the guard that this server still owns it, repeatedly
 * while the store is unavailable, and exactly once, even when the result of an attempt is unknown.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';

/** Backoff after a commit that the store refused, such as on a full disk. */
const COMMIT_RETRY_MS = 1_000;

type OperationRow = Tables['operations'];

/** The result. `lost`: another server owns the operation. `stopped`: this server is stopping. */
export type CommitOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Progress to commit. */
export interface Progress {
  readonly row: OperationRow;
  /** Holds as long as this server owns the operation; see `ownershipGuard`. */
  readonly guard: Change;
  readonly changes: ChangeSet;
  /** The evidence that the changes were made: an entry of the log, the end, or the next fence. */
  readonly evidence:
    | { readonly kind: 'entry'; readonly seq: number }
    | { readonly kind: 'end' }
    | { readonly kind: 'fence'; readonly fence: number };
  /** Whether this server still runs the operation, as far as it knows. */
  readonly isStillActive: () => boolean;
}

/** Commits progress; waits for the store as long as the operation runs. */
export async function commitProgress(deps: KernelDeps, progress: Progress): Promise<CommitOutcome> {
  const changes = [progress.guard, ...progress.changes];
  let isUnsure = false;
  while (progress.isStillActive()) {
    const done = await deps.store.commit(changes);
    if (done.ok) return { kind: 'done' };
    if (!isPassing(done.error)) {
      // An attempt whose answer was lost has succeeded, and this one conflicts with it.
      if (isUnsure && (await wasMade(deps, progress))) return { kind: 'done' };
      if (done.error.data?.lost === true) return { kind: 'lost' };
      return { kind: 'refused', problem: done.error };
    }
    isUnsure ||= done.error.data?.outcome === 'unknown';
    deps.logger.warn({ problem: done.error }, 'the store refuses writes; trying again');
    await wait(deps);
  }
  return { kind: 'stopped' };
}

async function wasMade(
  deps: KernelDeps,
  { row, evidence, isStillActive }: Progress,
): Promise<boolean> {
  while (isStillActive()) {
    try {
      const { id } = row;
      if (evidence.kind === 'entry') {
        const entryId = `${id}/${evidence.seq}`;
        const found = await deps.store.read({ from: 'operation_log', where: { id: entryId } });
        return found.length > 0;
      }
      const [found] = await deps.store.read({ from: 'operations', where: { id } });
      if (evidence.kind === 'fence') return found?.fence === evidence.fence;
      return found?.finished_at_ms !== null;
    } catch (cause) {
      deps.logger.warn({ cause }, 'the store cannot be read; trying again');
      await wait(deps);
    }
  }
  return false;
}

function wait({ timers }: KernelDeps): Promise<void> {
  return new Promise((resolve) => timers.after(COMMIT_RETRY_MS, resolve));
}

/** The fence rises with each change of owner, so it alone identifies the owner. */
export function ownershipGuard({ id, fence }: OperationRow): Change {
  return guardOf(id, { fence });
}

/** Holds as long as a server runs the operation, also after it has taken it over from itself. */
export function ownerGuard({ id }: Pick<OperationRow, 'id'>, owner: string): Change {
  return guardOf(id, { owner });
}

function guardOf(
  id: string,
  expect: { readonly fence: number } | { readonly owner: string },
): Change {
  return {
    kind: 'update',
    table: 'operations',
    id,
    set: {},
    expect,
    otherwise: problem('conflict', {
      detail: `The operation ${id} was taken over by another server.`,
      remedy: 'No action is required: that server continues it.',
      data: { lost: true },
    }),
  };
}

/** A failure of the disk or the database, which a person repairs while the server runs. */
function isPassing({ code }: Problem): boolean {
  return code === 'storage-full' || code === 'unavailable';
}
