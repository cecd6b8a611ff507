/** What orchestration policies have set going. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'orchestration_triggers',
    columns: { tenant_id: 'text', held_since_ms: 'integer?', fired_at_ms: 'integer?' },
  });
}

/** Makes the table. */
export const orchestrationActions: Migration = { name: '0031-orchestration-actions', up };
