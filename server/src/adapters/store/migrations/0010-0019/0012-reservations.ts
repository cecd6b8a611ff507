/** Room for VMs to come, held until a deadline. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'reservations',
    columns: {
      tenant_id: 'text',
      name: 'text',
      node_id: 'text',
      allocation_id: 'text',
      cpu_cores: 'integer',
      memory_mib: 'integer',
      disk_gb: 'integer',
      spec_json: 'text',
      decision_json: 'text',
      deadline_ms: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
    },
    indexes: [['tenant_id', 'id'], ['deadline_ms']],
    unique: [['tenant_id', 'name']],
  });
}

/** Makes the table; what a reservation holds is an allocation like that of a VM. */
export const reservations: Migration = { name: '0012-reservations', up };
