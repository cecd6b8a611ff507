/** The moments of the SLAs of executions. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'execution_slas',
    columns: {
      tenant_id: 'text',
      warn_ms: 'integer?',
      breach_ms: 'integer',
      escalate_ms: 'integer?',
      due_ms: 'integer?',
      warned_ms: 'integer?',
      breached_ms: 'integer?',
      escalated_ms: 'integer?',
    },
    indexes: [['due_ms', 'id']],
  });
}

/** Makes the table; executions of earlier releases have no SLA. */
export const executionSlas: Migration = { name: '0183-execution-slas', up };
