/** Publishes the progress of long steps as events, so that followers see it move. */
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { KernelDeps } from '../context/deps.ts';
import { eventChange } from '../events/events.ts';

/** Every event is a row of the store: a step gets at most three. Unit: percent. */
const MARK_PERCENT = 25;

/** The least time between two events of one operation: short ones need none. */
const TELL_MS_MIN = 5_000;

/** Beyond this number of operations, those that have ended are dropped. */
const REPORTED_MAX = 1_000;

/** Dependencies of publishing progress. */
export interface PublishingParts {
  /** The row of an operation that this server runs; undefined for others. */
  readonly rowOf: (operationId: string) => Tables['operations'] | undefined;
}

/** Guard: no event follows the one that says how an operation has ended. */
function requireUnfinished({ id, fence }: Tables['operations']): Change {
  return {
    kind: 'update',
    table: 'operations',
    id,
    set: {},
    expect: { fence, finished_at_ms: null },
    otherwise: replan(`The operation ${id}`),
  };
}

/**
 * Publishes the progress of the operations that this server runs.
 * @returns the stop function
 */
export function publishProgress(
  deps: KernelDeps,
  { rowOf }: PublishingParts,
): { readonly stop: () => void } {
  /**
   * Time of the last published event of each operation, and the published marks of its attempts.
   */
  const reported = new Map<
    string,
    { readonly atMs: number; readonly marks: Map<string, number> }
  >();

  async function hear(operationId: string, stepKey: string, percent: number): Promise<void> {
    const row = rowOf(operationId);
    if (row === undefined) return;
    const nowMs = deps.clock.nowMs();
    const { atMs = row.created_at_ms, marks = new Map() } = reported.get(operationId) ?? {};
    const mark = Math.floor(percent / MARK_PERCENT);
    if (mark <= (marks.get(stepKey) ?? 0) || nowMs - atMs < TELL_MS_MIN) return;
    if (reported.size >= REPORTED_MAX) forgetEnded();
    reported.set(operationId, { atMs: nowMs, marks: marks.set(stepKey, mark) });
    const done = await deps.store.commit([
      requireUnfinished(row),
      eventChange(deps, {
        tenantId: row.tenant_id,
        type: `${row.kind}.progress`,
        source: 'operations',
        target: row.target_id,
        priority: 'low',
        data: { operation_id: operationId, name: row.target_name, step: stepKey, percent },
      }),
    ]);
    if (!done.ok)
      deps.logger.debug(
        { operation: operationId, problem: done.error },
        'progress could not be published',
      );
  }

  function forgetEnded(): void {
    for (const id of reported.keys()) if (rowOf(id) === undefined) reported.delete(id);
  }

  const leave = deps.progress.subscribe(({ operationId, stepKey }, percent) => {
    hear(operationId, stepKey, percent).catch((cause) =>
      deps.logger.warn({ operation: operationId, cause }, 'progress could not be published'),
    );
  });
  return { stop: () => leave?.() };
}
