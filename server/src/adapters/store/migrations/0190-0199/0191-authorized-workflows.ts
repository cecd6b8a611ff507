/** Which text of a workflow may run as which API key. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db }: MigrationTools): Promise<void> {
  await db.schema.alterTable('workflows').addColumn('run_as_json', 'text').execute();
}

/** Adds the column; texts of earlier releases name no key. */
export const authorizedWorkflows: Migration = { name: '0191-authorized-workflows', up };
