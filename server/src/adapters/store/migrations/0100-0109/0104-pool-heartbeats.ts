/** What other nodes read of the heartbeat of a node that servers do not hear. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('nodes').addColumn('pool_heartbeat_json', dialect.text).execute();
}

/** Adds the column; nothing was read yet: null. */
export const poolHeartbeats: Migration = { name: '0104-pool-heartbeats', up };
