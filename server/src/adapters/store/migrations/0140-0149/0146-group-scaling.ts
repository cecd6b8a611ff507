/** What the scaling of VM groups remembers, holds of it, and what became of its decisions. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await createTable(tools, {
    name: 'group_scalings',
    columns: {
      tenant_id: 'text',
      memory_json: 'text',
      decision_json: 'text',
      decided_at_ms: 'integer',
    },
    indexes: [['tenant_id', 'id']],
  });
  await createTable(tools, {
    name: 'scaling_holds',
    columns: {
      tenant_id: 'text',
      reason: 'text',
      held_at_ms: 'integer',
      held_by: 'text',
      ends_at_ms: 'integer',
    },
    indexes: [['tenant_id', 'id']],
  });
  for (const [column, type] of [
    ['scaling_outcome', dialect.text],
    ['ended_at_ms', dialect.integer],
    ['effect_json', dialect.text],
  ] as const) {
    await db.schema.alterTable('scaling_events').addColumn(column, type).execute();
  }
  await db.schema
    .createIndex('scaling_events_by_scaling_outcome_and_id')
    .on('scaling_events')
    .columns(['scaling_outcome', 'id'])
    .execute();
}

/** Adds the tables and the columns; events of earlier releases have no outcome. */
export const groupScaling: Migration = { name: '0146-group-scaling', up };
