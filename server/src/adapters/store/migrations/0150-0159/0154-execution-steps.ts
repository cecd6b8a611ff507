/** Attempts at steps of executions: what they began, and their outputs. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'execution_steps',
    columns: {
      tenant_id: 'text',
      execution_id: 'text',
      step: 'text',
      operation_id: 'text?',
      result: 'text?',
      outputs_json: 'text?',
      at_ms: 'integer',
    },
    indexes: [['execution_id', 'id']],
  });
}

/** Makes the table; nothing has run yet. */
export const executionSteps: Migration = { name: '0154-execution-steps', up };
