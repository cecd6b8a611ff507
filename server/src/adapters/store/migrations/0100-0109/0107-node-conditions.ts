/** Signs that nodes are about to fail. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('conditions_json', dialect.text).execute();
}

/** Adds the column; null: none is known, or an earlier release wrote the row. */
export const nodeConditions: Migration = { name: '0107-node-conditions', up };
