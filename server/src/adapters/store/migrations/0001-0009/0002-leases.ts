/** Several servers on one store: leases, and who runs which operation. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await createTable(tools, {
    name: 'leases',
    columns: {
      holder: 'text',
      fence: 'integer',
      expires_at_ms: 'integer',
      progress: 'integer',
    },
  });
  // One column a statement: SQLite adds no more at once.
  await db.schema.alterTable('operations').addColumn('owner', dialect.text).execute();
  await db.schema
    .alterTable('operations')
    .addColumn('fence', dialect.integer, (column) => column.notNull().defaultTo(0))
    .execute();
}

/** Makes the table of leases; an operation that is there already has no owner. */
export const leases: Migration = { name: '0002-leases', up };
