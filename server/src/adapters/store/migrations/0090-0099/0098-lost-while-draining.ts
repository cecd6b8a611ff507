/** What a node was before it was lost. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('lost_from', dialect.text).execute();
}

/** Adds the column; earlier releases marked only nodes as lost that were ready: null. */
export const lostWhileDraining: Migration = { name: '0098-lost-while-draining', up };
