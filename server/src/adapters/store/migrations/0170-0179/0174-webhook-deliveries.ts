/** Deliveries to webhooks of workflows, each of which is taken once. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'webhook_deliveries',
    columns: { tenant_id: 'text', execution_id: 'text?', expires_at_ms: 'integer' },
    indexes: [['expires_at_ms']],
  });
}

/** Makes the table. */
export const webhookDeliveries: Migration = { name: '0174-webhook-deliveries', up };
