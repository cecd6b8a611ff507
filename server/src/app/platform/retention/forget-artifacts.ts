/**
 * Deletes artifacts of executions that ended some time ago: until then, an execution can be retried
 * from a step that loads them. Their contents are deleted once no row refers to them.
 */
import type { Change } from '../../../ports/store.ts';
import { deleteRows, type RetentionJob } from './retention-job.ts';

/** After the end of the execution. Unit: ms. */
export const ARTIFACTS_RETENTION_MS = 7 * 86_400_000;

/** The job. */
export const artifactsJob: RetentionJob = {
  name: 'artifacts',
  deleteBatch: async (scope) => {
    const { deps, nowMs, limit } = scope;
    const found = await deps.store.tally({ from: 'execution_artifacts', by: ['execution_id'] });
    const ids = found.flatMap(({ values: [id] }) => id ?? []);
    const ended = await deps.store.read({
      from: 'operations',
      where: { id: { in: ids }, finished_at_ms: { below: nowMs - ARTIFACTS_RETENTION_MS } },
      damaged: 'blank',
    });
    const rows = await deps.store.read({
      from: 'execution_artifacts',
      where: { execution_id: { in: ended.map(({ id }) => id) } },
      limit,
    });
    const drops = rows.map(({ id }): Change => ({ kind: 'drop', from: 'execution_artifacts', id }));
    return deleteRows(scope, drops.length, drops);
  },
};
