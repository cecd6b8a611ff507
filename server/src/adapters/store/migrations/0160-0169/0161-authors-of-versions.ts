/** The person who wrote a version of a workflow: their API key may be gone when it matters. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  const table = db.schema.alterTable('workflow_versions');
  await table.addColumn('created_by_person', dialect.text).execute();
}

/** Adds the column; of versions stored before only the name of the principal is known. */
export const authorsOfVersions: Migration = { name: '0161-authors-of-versions', up };
