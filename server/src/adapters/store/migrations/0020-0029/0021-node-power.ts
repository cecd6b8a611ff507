/** Whether the machine of a node is on. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('power', dialect.text).execute();
}

/** Adds it; nodes of earlier releases are on. */
export const nodePower: Migration = { name: '0021-node-power', up };
