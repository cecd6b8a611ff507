/** Runners: their enrollments, and what they say of themselves. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await db.schema.alterTable('enrollments').addColumn('runner', dialect.text).execute();
  await db.schema
    .createIndex('enrollments_by_runner')
    .on('enrollments')
    .columns(['runner', 'id'])
    .execute();
  await createTable(tools, {
    name: 'runners',
    columns: {
      tenant_id: 'text',
      enrollment_id: 'text',
      name: 'text',
      start: 'text',
      version: 'text',
      capabilities_json: 'text',
      labels_json: 'text',
      network: 'text',
      places: 'integer',
      running: 'integer',
      created_at_ms: 'integer',
      last_seen_at_ms: 'integer',
    },
    unique: [['name']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'name', 'id'],
    ],
  });
}

/** Adds both; enrollments of before are those of agents, for which the new column is null. */
export const runners: Migration = { name: '0171-runners', up };
