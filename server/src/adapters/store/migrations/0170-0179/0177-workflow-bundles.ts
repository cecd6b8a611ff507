/** Bundles of workflows: the playbooks of a version, and what they use. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  for (const table of ['workflows', 'workflow_versions']) {
    await db.schema.alterTable(table).addColumn('bundle', dialect.text).execute();
  }
  await createTable(tools, {
    name: 'workflow_bundles',
    columns: { tenant_id: 'text', workflow_id: 'text', files_json: 'text' },
    indexes: [['workflow_id', 'id']],
  });
}

/** Makes the table; null in the new columns: the version has no bundle. */
export const workflowBundles: Migration = { name: '0177-workflow-bundles', up };
