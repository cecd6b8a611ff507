/** Why the VMs of a lost node cannot run there any more. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('fenced_json', dialect.text).execute();
}

/** Adds the column; of no node has anybody said so yet: null. */
export const nodeFences: Migration = { name: '0072-node-fences', up };
