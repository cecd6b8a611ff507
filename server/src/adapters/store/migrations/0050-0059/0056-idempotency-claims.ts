/** Which run the answer of a create belongs to, until when it is alive, and when it has it. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  const keys = db.schema.alterTable('idempotency_keys');
  await keys.addColumn('claim', dialect.text).execute();
  await keys.addColumn('lease_until_ms', dialect.integer).execute();
  await keys.addColumn('delivered_at_ms', dialect.integer).execute();
}

/** Adds the columns; keys of clients without a claim keep null in them. */
export const idempotencyClaims: Migration = { name: '0056-idempotency-claims', up };
