/** Who uses an API key: all keys of a person are one where people vote. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('api_keys').addColumn('person', dialect.text).execute();
}

/** Adds the column; a key without it counts as the person of its name. */
export const personsOfKeys: Migration = { name: '0147-persons-of-keys', up };
