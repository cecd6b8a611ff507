/** Why a node is suspected to be lost. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('suspected_json', dialect.text).execute();
}

/** Adds the column; no node is suspected yet: null. */
export const suspectedNodes: Migration = { name: '0084-suspected-nodes', up };
