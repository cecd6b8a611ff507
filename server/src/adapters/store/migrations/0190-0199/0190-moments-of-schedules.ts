/** Moments of schedules that have started executions; and schedules that are due, by tenant. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await tools.db.schema
    .createIndex('workflow_triggers_by_tenant_id_and_kind_and_state_and_next_ms')
    .on('workflow_triggers')
    .columns(['tenant_id', 'kind', 'state', 'next_ms'])
    .execute();
  await createTable(tools, {
    name: 'schedule_moments',
    columns: { tenant_id: 'text', execution_id: 'text', source: 'text' },
    indexes: [['execution_id']],
  });
}

/** Adds the index, and makes the table; what earlier releases have started is not in it. */
export const momentsOfSchedules: Migration = { name: '0190-moments-of-schedules', up };
