/** Whose scaling events are. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema
    .alterTable('scaling_events')
    .addColumn('tenant_id', dialect.text, (column) => column.notNull().defaultTo(''))
    .execute();
  for (const column of ['tenant_id', 'cluster_id']) {
    await db.schema
      .createIndex(`scaling_events_by_${column}_and_id`)
      .on('scaling_events')
      .columns([column, 'id'])
      .execute();
  }
}

/** Adds their tenant, with indexes by tenant and by group. Earlier rows have no tenant. */
export const scalingEvents: Migration = { name: '0032-scaling-events', up };
