/** In which storage a volume has its content. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('volumes').addColumn('pool_id', dialect.text).execute();
}

/** Adds the column; of volumes that are there already the storage is not known: null. */
export const volumePools: Migration = { name: '0063-volume-pools', up };
