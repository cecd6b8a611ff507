/** What plans have asked about that are not applied yet: drafts of policies are judged by them. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The id is made from what is written: the latest plan replaces what an earlier one has asked. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'planned_writes',
    columns: {
      tenant_id: 'text',
      operation: 'text',
      resource_kind: 'text',
      resource_id: 'text',
      resource_name: 'text',
      user_id: 'text',
      question_json: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['tenant_id', 'id'], ['created_at_ms']],
  });
}

/** Adds the table; plans of earlier releases were not kept. */
export const plannedWrites: Migration = { name: '0116-planned-writes', up };
