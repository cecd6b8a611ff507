/** Removes exports of snapshots that are too old, or whose snapshot was deleted. */
import { EXPORT_RETENTION_MS } from '../../resources/snapshot/snapshot-exports.ts';
import type { RetentionJob } from './retention-job.ts';

/** The job: files, so that there is nothing to commit; another server may remove them as well. */
export const exportsJob: RetentionJob = {
  name: 'snapshot-exports',
  deleteBatch: async ({ deps, nowMs, limit }) => {
    const found = deps.exports?.list() ?? [];
    if (found.length === 0) return 0;
    const ids = found.map(({ snapshotId }) => snapshotId);
    const rows = await deps.store.read({ from: 'snapshots', where: { id: { in: ids } } });
    const busy = new Set<string>(
      rows.filter(({ busy_operation_id }) => busy_operation_id !== null).map(({ id }) => id),
    );
    const present = new Set<string>(rows.map(({ id }) => id));
    const old = found.filter(
      ({ snapshotId, changedAtMs }) =>
        !present.has(snapshotId) ||
        (changedAtMs < nowMs - EXPORT_RETENTION_MS && !busy.has(snapshotId)),
    );
    const removed = old.slice(0, limit);
    for (const { snapshotId } of removed) deps.exports?.remove(snapshotId);
    return removed.length;
  },
};
