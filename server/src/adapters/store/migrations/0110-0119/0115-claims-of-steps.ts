/** The operation that a change which NovaCron makes by itself is a step of. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('arbiter_claims').addColumn('parent_id', dialect.text).execute();
}

/** Adds the column; claims of before are of no step. */
export const claimsOfSteps: Migration = { name: '0115-claims-of-steps', up };
