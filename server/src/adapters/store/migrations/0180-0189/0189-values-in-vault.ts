/** Where Vault has the value of a version of a secret. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('secret_versions').addColumn('vault_json', dialect.text).execute();
}

/** Adds the column; null: the store has the value, or had it. */
export const valuesInVault: Migration = { name: '0189-values-in-vault', up };
