/** Notification channels, and how many of them tenants have and may have. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The default limit of a tenant. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'notification_channels',
    columns: {
      tenant_id: 'text',
      name: 'text',
      description: 'text?',
      type: 'text',
      target_json: 'text',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
      delivery_json: 'text?',
      delivered_at_ms: 'integer?',
    },
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'type', 'name', 'id'],
    ],
  });
  await addQuota(tools);
}

/** With defaults, so that a server of the release before can still make tenants. */
async function addQuota({ db, dialect }: MigrationTools): Promise<void> {
  for (const [name, start] of [
    ['notification_channels_used', 0],
    ['notification_channels_max', UNLIMITED],
  ] as const) {
    await db.schema
      .alterTable('tenant_quotas')
      .addColumn(name, dialect.integer, (column) => column.notNull().defaultTo(start))
      .execute();
  }
}

/** Makes the table and the columns of the quota; no tenant has channels yet. */
export const notificationChannels: Migration = { name: '0162-notification-channels', up };
