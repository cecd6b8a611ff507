/**
 * Removes exports of snapshots that are too old, or whose snapshot was deleted. The newest one of a
 * volume stays while its VM is to be restored from it when its node is lost.
 */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Store } from '../../../ports/store.ts';
import type { SnapshotRow } from '../../../ports/tables/tables.ts';
import { EXPORT_RETENTION_MS } from '../../resources/snapshot/snapshot-exports.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
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
    const needed = await findNeeded(deps.store, rows);
    const old = found.filter(
      ({ snapshotId, changedAtMs }) =>
        !present.has(snapshotId) ||
        (changedAtMs < nowMs - EXPORT_RETENTION_MS &&
          !busy.has(snapshotId) &&
          !needed.has(snapshotId)),
    );
    const removed = old.slice(0, limit);
    for (const { snapshotId } of removed) deps.exports?.remove(snapshotId);
    return removed.length;
  },
};

/** Ids of the newest exported snapshots of volumes whose VMs ask for a restore. */
async function findNeeded(
  store: Pick<Store, 'read'>,
  exported: readonly SnapshotRow[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(exported.map(({ volume_id }) => volume_id))];
  const volumes = await store.read({ from: 'volumes', where: { id: { in: ids } } });
  const homes = volumes.flatMap(({ attached_to }) => attached_to ?? []);
  const vms = await store.read({ from: 'vms', where: { id: { in: homes } }, damaged: 'blank' });
  const asking = new Set<string>(
    mapReadable(vms, (row) =>
      desiredAs(row, VmSpec).healing?.on_node_loss === 'restore' ? [row.id] : [],
    ).flat(),
  );
  const kept = volumes.filter(({ attached_to }) => asking.has(attached_to ?? ''));
  return new Set(
    kept.flatMap(({ id }) => {
      const own = exported.filter(({ volume_id }) => volume_id === id);
      const [newest] = own.toSorted((left, right) => right.created_at_ms - left.created_at_ms);
      return newest === undefined ? [] : [newest.id];
    }),
  );
}
