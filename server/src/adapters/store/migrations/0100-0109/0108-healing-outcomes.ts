/** How attempts to heal have ended, and since when that counts. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'healing_outcomes',
    columns: {
      tenant_id: 'text',
      cause: 'text',
      strategy: 'text',
      target_name: 'text',
      result: 'text',
      duration_ms: 'integer',
      ended_at_ms: 'integer',
    },
    indexes: [
      ['tenant_id', 'ended_at_ms', 'id'],
      ['ended_at_ms', 'id'],
    ],
  });
  await createTable(tools, {
    name: 'learning_resets',
    columns: { reset_at_ms: 'integer', reset_by: 'text', reason: 'text?' },
    indexes: [],
  });
}

/** Makes the tables; attempts of before are not counted. */
export const healingOutcomes: Migration = { name: '0108-healing-outcomes', up };
