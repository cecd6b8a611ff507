/** Why nodes were woken from standby. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('woken_json', dialect.text).execute();
}

/** Adds the column; null: NovaCron has not woken the node, or an earlier release wrote the row. */
export const wokenNodes: Migration = { name: '0170-woken-nodes', up };
