/** Deletes fleet snapshots that no retained decision refers to. */
import type { Change } from '../../../ports/store.ts';
import { SNAPSHOT_USED_MS } from '../../placement/decisions/fleet-snapshot-delta.ts';
import { deleteRows, type RetentionJob, type RetentionScope } from './retention-job.ts';

/** A snapshot of a large fleet is a megabyte. */
const ROWS_READ_MAX = 20;

/** The job. A snapshot that is used again gets a new time, so its age says whether it is needed. */
export const fleetSnapshotsJob: RetentionJob = { name: 'fleet-snapshots', deleteBatch };

async function deleteBatch(scope: RetentionScope): Promise<number> {
  const { deps, nowMs, times, limit: most } = scope;
  const where = { created_at_ms: { below: nowMs - times.decisionsMs - SNAPSHOT_USED_MS } };
  let forgotten = 0;
  while (forgotten < most) {
    const limit = Math.min(ROWS_READ_MAX, most - forgotten);
    const rows = await deps.store.read({ from: 'fleet_snapshots', where, limit });
    const drops = rows.map(({ id }): Change => ({ kind: 'drop', from: 'fleet_snapshots', id }));
    const done = await deleteRows(scope, rows.length, drops);
    forgotten += done;
    if (done < limit) break;
  }
  return forgotten;
}
