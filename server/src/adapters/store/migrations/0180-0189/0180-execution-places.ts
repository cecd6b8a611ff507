/** Places of executions in concurrency groups. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'execution_places',
    columns: {
      tenant_id: 'text',
      group_id: 'text',
      state: 'text',
      seq: 'integer',
      limit_max: 'integer',
      superseded_by: 'text?',
    },
    indexes: [['group_id', 'seq']],
  });
}

/** Makes the table; earlier releases refuse to run what has a concurrency group. */
export const executionPlaces: Migration = { name: '0180-execution-places', up };
