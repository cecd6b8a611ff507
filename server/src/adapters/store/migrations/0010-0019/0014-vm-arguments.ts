/** What VMs have besides their size: addresses, secrets, and the prices of where they run. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'network_addresses',
    columns: {
      tenant_id: 'text',
      network_id: 'text',
      vm_id: 'text',
      ip_address: 'text',
      mac_address: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['network_id'], ['vm_id'], ['mac_address']],
  });
  await createTable(tools, {
    name: 'vm_secrets',
    columns: { tenant_id: 'text', secrets_json: 'text' },
  });
  await tools.db.schema.alterTable('nodes').addColumn('prices_json', tools.dialect.text).execute();
}

/** Makes both tables; a node without prices costs nothing that is known. */
export const vmArguments: Migration = { name: '0014-vm-arguments', up };
