/** What nodes say of themselves, and what VMs hold of it besides room. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('facts_json', dialect.text).execute();
  await db.schema.alterTable('nodes').addColumn('claims_version', dialect.integer).execute();
  await db.schema.alterTable('allocations').addColumn('claims_json', dialect.text).execute();
  await db.schema.alterTable('allocations').addColumn('has_claims', dialect.integer).execute();
  await db.schema
    .createIndex('allocations_by_has_claims')
    .on('allocations')
    .columns(['has_claims'])
    .execute();
}

/** Adds the columns; null in rows of earlier releases: nothing is known, nothing is held. */
export const nodeFacts: Migration = { name: '0049-node-facts', up };
