/** The snapshots that one simulated node keeps. */
import { StoredSnapshot } from '@novacron/contract/agent/agent-actions';
import { type SnapshotId, VolumeId } from '@novacron/contract/ids';
import { z } from 'zod';
import type { AgentDatabase } from '../../database/agent-database.ts';
import { openStagedStore, type StagedStore } from './staged-store.ts';

/** A snapshot with what only a simulator knows about it. */
export const SimulatedSnapshot = StoredSnapshot.extend({
  restored_to: z.array(VolumeId).describe('Volumes that were given its content, each once'),
});
export type SimulatedSnapshot = z.infer<typeof SimulatedSnapshot>;

/** Opens the snapshots in the agent's database. */
export function openSnapshotStore(
  database: AgentDatabase,
): StagedStore<SnapshotId, SimulatedSnapshot> {
  return openStagedStore({
    readAll: () =>
      database.exists() ? readAll(database).map((found) => [found.snapshot_id, found]) : [],
    write: (snapshotId, snapshot) => write(database, snapshotId, snapshot),
  });
}

function write(database: AgentDatabase, id: SnapshotId, snapshot: SimulatedSnapshot | null): void {
  if (snapshot === null) {
    database
      .prepare('DELETE FROM simulated_snapshots WHERE node = ? AND snapshot_id = ?')
      .run(database.node, id);
  } else {
    database
      .prepare(
        'INSERT OR REPLACE INTO simulated_snapshots (node, snapshot_id, snapshot) VALUES (?, ?, ?)',
      )
      .run(database.node, id, JSON.stringify(snapshot));
  }
}

const SnapshotRow = z.object({ snapshot: z.string() });

function readAll(database: AgentDatabase): readonly SimulatedSnapshot[] {
  return database
    .prepare('SELECT snapshot FROM simulated_snapshots WHERE node = ?')
    .all(database.node)
    .map((row) => SimulatedSnapshot.parse(JSON.parse(SnapshotRow.parse(row).snapshot)));
}
