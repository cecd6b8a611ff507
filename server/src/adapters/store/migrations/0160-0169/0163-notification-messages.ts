/** Messages that wait to be sent through notification channels, and digests of channels. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await createTable(tools, {
    name: 'notification_messages',
    columns: {
      tenant_id: 'text',
      channel_id: 'text',
      approval_id: 'text?',
      message_json: 'text',
      attempts: 'integer',
      ready_ms: 'integer',
      due_ms: 'integer',
    },
    indexes: [
      ['due_ms', 'id'],
      ['channel_id', 'ready_ms'],
    ],
  });
  const channels = db.schema.alterTable('notification_channels');
  await channels.addColumn('digest_ms', dialect.integer).execute();
}

/** Makes the table and the column; until now each message was sent at once. */
export const notificationMessages: Migration = { name: '0163-notification-messages', up };
