/**
 * Deletes operations that ended long ago, with their logs. An execution is deleted as a whole, in
 * one commit: itself, the operations that its steps began, and the rows of its attempts, what they
 * have printed and saved, its approvals, its signals, its SLA and its moment of a schedule. What an
 * execution began is not deleted before it.
 */
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { deleteRows, type RetentionJob, type RetentionScope } from './retention-job.ts';

type OperationRow = Tables['operations'];

/** Tables whose rows are deleted with an execution. */
type Part =
  | 'operations'
  | 'execution_steps'
  | 'execution_logs'
  | 'execution_artifacts'
  | 'execution_signals'
  | 'approvals'
  | 'execution_slas'
  | 'schedule_moments';

/** Pages of operations that are looked through: those of executions that run stay. */
const PAGES_PER_BATCH_MAX = 10;

/** The job. Stuck operations wait for a person. */
export const operationsJob: RetentionJob = { name: 'operations', deleteBatch: forgetOperations };

async function forgetOperations(scope: RetentionScope): Promise<number> {
  const { limit } = scope;
  let after: Pick<OperationRow, 'id' | 'finished_at_ms'> | undefined;
  for (let page = 0; page < PAGES_PER_BATCH_MAX; page += 1) {
    const rows = await readEnded(scope, after);
    const deleted = await forgetThose(scope, rows);
    if (deleted > 0) return Math.min(limit, deleted);
    if (rows.length < limit) return 0;
    after = rows.at(-1);
  }
  return 0;
}

function readEnded(
  { deps, nowMs, times, limit }: RetentionScope,
  after: Pick<OperationRow, 'id' | 'finished_at_ms'> | undefined,
): Promise<readonly OperationRow[]> {
  // A repeated request is answered with its operation as long as its key is retained.
  const ageMs = Math.max(times.operationsMs, times.idempotencyKeysMs);
  return deps.store.read({
    from: 'operations',
    where: {
      finished_at_ms: { below: nowMs - ageMs },
      status: { in: ['succeeded', 'failed'] },
    },
    orderBy: { column: 'finished_at_ms', direction: 'asc' },
    // None of those that are read has no end.
    ...(after === undefined ? {} : { after: { id: after.id, value: after.finished_at_ms } }),
    limit,
    damaged: 'blank',
  });
}

/** Deletes what of a page can be: no part of an execution that stays. @returns rows deleted */
async function forgetThose(scope: RetentionScope, rows: readonly OperationRow[]): Promise<number> {
  const { store } = scope.deps;
  const ids = rows.map(({ id }) => id);
  const begunBy = await store.read({
    from: 'execution_steps',
    where: { operation_id: { in: ids } },
    damaged: 'blank',
  });
  const parts = new Set(begunBy.map(({ operation_id: id }) => id));
  const free = rows.filter(({ id }) => !parts.has(id));
  const changes: Change[] = [];
  for (const row of free) {
    if (changes.length >= scope.limit) break;
    changes.push(...(await dropsOf(scope, row)));
  }
  return deleteRows(scope, changes.length, changes);
}

/** Everything that is deleted with an operation. */
async function dropsOf({ deps }: RetentionScope, { id, kind }: OperationRow) {
  const drops: Change[] = [{ kind: 'drop', from: 'operations', id }];
  if (kind !== 'workflow.run') return drops;
  const where = { execution_id: id };
  const { steps, logs, artifacts, approvals, signals, moments } = await deps.store.snapshot({
    steps: { from: 'execution_steps', where, damaged: 'blank' },
    logs: { from: 'execution_logs', where, damaged: 'blank' },
    artifacts: { from: 'execution_artifacts', where },
    approvals: { from: 'approvals', where: { operation_id: id }, damaged: 'blank' },
    signals: { from: 'execution_signals', where, damaged: 'blank' },
    moments: { from: 'schedule_moments', where },
  });
  const begun = steps.flatMap(({ operation_id }) => operation_id ?? []);
  return [
    ...drops,
    ...dropAll(
      'execution_steps',
      steps.map((row) => row.id),
    ),
    ...dropAll(
      'execution_logs',
      logs.map((row) => row.id),
    ),
    ...dropAll(
      'execution_artifacts',
      artifacts.map((row) => row.id),
    ),
    ...dropAll(
      'approvals',
      approvals.map((row) => row.id),
    ),
    ...dropAll(
      'execution_signals',
      signals.map((row) => row.id),
    ),
    ...dropAll(
      'schedule_moments',
      moments.map((row) => row.id),
    ),
    ...dropAll('execution_slas', [id]),
    ...dropAll('operations', begun),
  ];
}

function dropAll(from: Part, ids: readonly string[]): readonly Change[] {
  return ids.map((id) => ({ kind: 'drop', from, id }));
}
