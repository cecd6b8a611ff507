/** What starts executions by itself: schedules and triggers of workflows, and how far each is. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'workflow_triggers',
    columns: {
      tenant_id: 'text',
      workflow_id: 'text',
      kind: 'text',
      version: 'integer',
      spec_json: 'text',
      author_json: 'text',
      state: 'text',
      since_ms: 'integer',
      reached: 'integer',
      next_ms: 'integer?',
      started_id: 'text?',
      outcome: 'text?',
      at_ms: 'integer?',
    },
    indexes: [
      ['workflow_id', 'id'],
      ['kind', 'state', 'next_ms'],
    ],
  });
  await tools.db.schema
    .createIndex('execution_steps_by_operation_id')
    .on('execution_steps')
    .columns(['operation_id'])
    .execute();
}

/** Makes the table, and finds the execution that an operation belongs to. */
export const workflowTriggers: Migration = { name: '0159-workflow-triggers', up };
