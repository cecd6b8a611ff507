import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The id is the hash of the ticket, which is stored nowhere. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'console_tickets',
    columns: {
      tenant_id: 'text',
      vm_id: 'text',
      principal_id: 'text',
      control_plane_id: 'text',
      expires_at_ms: 'integer',
    },
    indexes: [['expires_at_ms']],
  });
}

/** Adds the table. */
export const consoleTickets: Migration = { name: '0058-console-tickets', up };
