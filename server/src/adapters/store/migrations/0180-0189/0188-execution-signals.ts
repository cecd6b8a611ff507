/** Signals of executions. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'execution_signals',
    columns: {
      tenant_id: 'text',
      execution_id: 'text',
      name: 'text',
      state: 'text',
      data_json: 'text',
      sent_by: 'text?',
      sent_at_ms: 'integer?',
    },
    indexes: [['execution_id']],
  });
}

/** Makes the table; executions of earlier releases wait for no signal. */
export const executionSignals: Migration = { name: '0188-execution-signals', up };
