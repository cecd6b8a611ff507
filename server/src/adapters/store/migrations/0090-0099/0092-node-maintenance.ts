/** Until when a node is planned to be in maintenance. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('maintenance_until_ms', dialect.integer).execute();
}

/** Adds the column; no drain of an earlier release has stated an end: null. */
export const nodeMaintenance: Migration = { name: '0092-node-maintenance', up };
