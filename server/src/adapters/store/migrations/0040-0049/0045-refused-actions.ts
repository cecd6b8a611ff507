/** How often in a row an action of an orchestration policy was refused. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema
    .alterTable('orchestration_triggers')
    .addColumn('refusals', dialect.integer)
    .execute();
}

/** Adds the column; null in rows of earlier releases. */
export const refusedActions: Migration = { name: '0045-refused-actions', up };
