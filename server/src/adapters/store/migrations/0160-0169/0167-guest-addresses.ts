/** What guests report of themselves, apart from what is observed of their machines. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('vms').addColumn('guest_addresses_json', dialect.text).execute();
}

/** Adds the column; guests that run are read again by the next inspection. */
export const guestAddresses: Migration = { name: '0167-guest-addresses', up };
