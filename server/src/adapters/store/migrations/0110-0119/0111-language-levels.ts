/** The language level that each version of a policy was accepted with. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  const level = dialect.integer;
  await db.schema.alterTable('policy_versions').addColumn('language_level', level).execute();
}

/** Adds the column; null: an earlier release accepted the text, at level 1. */
export const languageLevels: Migration = { name: '0111-language-levels', up };
