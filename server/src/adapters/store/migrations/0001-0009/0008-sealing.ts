/** Sealed values, and a store that forgets: which keys it needs, how far resealing has got. */
import {
  createTable,
  type Migration,
  type MigrationTools,
  type TablePlan,
} from '../../schema/migration.ts';

const TABLES: readonly TablePlan[] = [
  {
    name: 'sealing_keys',
    columns: {
      canary_sealed: 'text',
      version: 'integer',
      place: 'text',
      registered_at_ms: 'integer',
    },
  },
  {
    name: 'sealing_progress',
    columns: { key_id: 'text', after_id: 'text', rows_sealed: 'integer', is_done: 'integer' },
  },
  { name: 'audit_checkpoints', columns: { mark_json: 'text' } },
  // Written by automatic scaling. Times are milliseconds here as everywhere, not TIMESTAMP.
  {
    name: 'scaling_events',
    columns: {
      cluster_id: 'text',
      trigger_type: 'text',
      metrics: 'text',
      prediction: 'text',
      action: 'text',
      timestamp: 'integer',
    },
    indexes: [['timestamp']],
  },
];

async function up(tools: MigrationTools): Promise<void> {
  for (const table of TABLES) await createTable(tools, table);
  // Finds what ended long ago.
  await tools.db.schema
    .createIndex('operations_by_finished_at_ms')
    .on('operations')
    .column('finished_at_ms')
    .execute();
}

/** Adds what sealing and retention keep their books in, and the events of automatic scaling. */
export const sealing: Migration = { name: '0008-sealing', up };
