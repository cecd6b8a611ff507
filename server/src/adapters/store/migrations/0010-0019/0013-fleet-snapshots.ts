/** What placement decisions saw: snapshots of the fleet, and how it differed from them. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'fleet_snapshots',
    columns: { nodes_json: 'text', created_at_ms: 'integer' },
    indexes: [['created_at_ms']],
  });
  const { db, dialect } = tools;
  for (const name of ['fleet_snapshot_id', 'basis_json']) {
    await db.schema.alterTable('placement_decisions').addColumn(name, dialect.text).execute();
  }
}

/** Adds them; decisions of earlier releases say nothing of what they saw. */
export const fleetSnapshots: Migration = { name: '0013-fleet-snapshots', up };
