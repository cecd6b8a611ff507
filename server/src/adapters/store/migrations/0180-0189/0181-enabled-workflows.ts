/** Whether a workflow may run. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  const table = db.schema.alterTable('workflows');
  await table
    .addColumn('enabled', dialect.integer, (column) => column.notNull().defaultTo(1))
    .execute();
}

/** Adds the column; what earlier releases store may run. */
export const enabledWorkflows: Migration = { name: '0181-enabled-workflows', up };
