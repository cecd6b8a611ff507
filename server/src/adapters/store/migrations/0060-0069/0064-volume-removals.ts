/** Deleted volumes whose content is still in the storage of nodes. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The id is that of the volume, whose own row is gone. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'volume_removals',
    columns: {
      tenant_id: 'text',
      name: 'text',
      pool_id: 'text',
      generation: 'integer',
      due_ms: 'integer',
    },
    indexes: [['due_ms']],
  });
}

/** Adds the table. */
export const volumeRemovals: Migration = { name: '0064-volume-removals', up };
