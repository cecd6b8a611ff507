/** Holds of automation. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'automation_holds',
    columns: {
      tenant_id: 'text',
      reason: 'text',
      held_at_ms: 'integer',
      held_by: 'text',
      until_ms: 'integer?',
    },
    indexes: [['tenant_id', 'id']],
  });
}

/** Makes the table; nothing is held by earlier releases. */
export const automationHolds: Migration = { name: '0187-automation-holds', up };
