/** Orchestration policies among the policies in Rego. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema
    .alterTable('orchestration_policies')
    .addColumn('steers', dialect.integer)
    .execute();
}

/**
 * Adds the column that distinguishes them: null in a row in Rego. `enabled` of the others is 0, so
 * that a server of the release before asks none of them.
 */
export const orchestration: Migration = { name: '0030-orchestration', up };
