/** Which storages were ordered to cut a node off. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('cut_off_json', dialect.text).execute();
}

/** Adds the column; no storage was ordered anything yet: null. */
export const storageFences: Migration = { name: '0114-storage-fences', up };
