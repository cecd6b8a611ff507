/** Changes of VMs that wait for a restart. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The id is that of the VM. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'pending_restarts',
    columns: {
      tenant_id: 'text',
      change_json: 'text',
      created_at_ms: 'integer',
      created_by: 'text',
      tried_at_ms: 'integer',
    },
    indexes: [['tried_at_ms']],
  });
}

/** Adds the table. */
export const pendingRestarts: Migration = { name: '0071-pending-restarts', up };
