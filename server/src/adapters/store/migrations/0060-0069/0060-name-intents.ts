/** Which resources give up their names in a plan: another one of the same plan may take them. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The id is that of the resource: the latest plan replaces what an earlier one has stored. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'name_intents',
    columns: {
      tenant_id: 'text',
      resource_kind: 'text',
      session: 'text',
      desired_revision: 'text',
      old_name: 'text',
      new_name: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['created_at_ms']],
  });
}

/** Adds the table. */
export const nameIntents: Migration = { name: '0060-name-intents', up };
