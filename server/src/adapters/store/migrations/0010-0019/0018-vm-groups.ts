/** VM groups and their members. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'vm_groups',
    columns: {
      tenant_id: 'text',
      namespace: 'text',
      name: 'text',
      schema_version: 'integer',
      revision: 'integer',
      generation: 'integer',
      desired_json: 'text',
      observed_json: 'text',
      busy_operation_id: 'text?',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
      size: 'integer',
    },
    unique: [['tenant_id', 'name']],
    indexes: [['tenant_id', 'id']],
  });
  await createTable(tools, {
    name: 'vm_group_members',
    columns: { tenant_id: 'text', group_id: 'text', ordinal: 'integer' },
    unique: [['group_id', 'ordinal']],
    indexes: [['tenant_id']],
  });
}

/** Makes both tables; VMs that are there already belong to no group. */
export const vmGroups: Migration = { name: '0018-vm-groups', up };
