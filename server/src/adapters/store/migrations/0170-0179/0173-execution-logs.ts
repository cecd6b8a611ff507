/** What commands of executions have printed. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'execution_logs',
    columns: {
      tenant_id: 'text',
      execution_id: 'text',
      step: 'text',
      attempt: 'text',
      text: 'text',
      dropped_bytes: 'integer',
      at_ms: 'integer',
    },
    indexes: [['execution_id', 'step', 'at_ms', 'id']],
  });
}

/** Makes the table; nothing has printed yet. */
export const executionLogs: Migration = { name: '0173-execution-logs', up };
