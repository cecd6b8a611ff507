/** Finds the operation of a task that an earlier attempt has begun, so that none is begun twice. */
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';

/** An attempt at a task. */
interface TaskAttempt {
  readonly row: Pick<Tables['operations'], 'id'>;
  /** Names the step, or the item. */
  readonly name: string;
  readonly part: 'action' | 'compensation' | 'items';
}

/**
 * Finds what an earlier attempt at the same task has begun and not recorded the end of: the store
 * could not be read, or the operation goes on for longer than the attempt could wait. One that has
 * failed is none: the next attempt begins another one.
 * @returns the id of an operation that goes on or has succeeded
 */
export async function findBegun(
  { store }: Pick<CapabilityDeps, 'store'>,
  { row, name: step, part }: TaskAttempt,
): Promise<string | undefined> {
  const rows = await store.read({
    from: 'execution_steps',
    where: { execution_id: row.id, step, result: null },
  });
  const prefix = `${row.id}/${part === 'compensation' ? 'undo:' : ''}${step}#`;
  const ids = rows.flatMap(({ id, operation_id }) =>
    id.startsWith(prefix) && operation_id !== null ? [operation_id] : [],
  );
  if (ids.length === 0) return undefined;
  const children = await store.read({
    from: 'operations',
    where: { id: { in: ids } },
    damaged: 'blank',
  });
  return children
    .toSorted((left, right) => (left.id < right.id ? 1 : -1))
    .find(({ finished_at_ms, status }) => finished_at_ms === null || status === 'succeeded')?.id;
}
