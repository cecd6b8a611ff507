/** Room for VMs on second nodes. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'standbys',
    columns: {
      tenant_id: 'text',
      node_id: 'text?',
      node: 'text?',
      allocation_id: 'text?',
      cpu_cores: 'integer',
      memory_mib: 'integer',
      disk_gb: 'integer',
      reason: 'text?',
      since_ms: 'integer',
    },
    indexes: [],
  });
}

/** Makes the table; no VM of an earlier release has a standby. */
export const standbys: Migration = { name: '0112-standbys', up };
