/**
 * Which unique values the objects of a plan take and give up. `name_intents` of 0060 stays for
 * servers of the release before, which use it until they are replaced.
 */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The id is that of the object: the latest plan replaces what an earlier one has stored. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'value_intents',
    columns: {
      tenant_id: 'text',
      operation: 'text',
      session: 'text',
      planned_revision: 'text',
      desired_revision: 'text',
      takes_json: 'text',
      leaves_json: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['created_at_ms'], ['session']],
  });
}

/** Adds the table. */
export const valueIntents: Migration = { name: '0062-value-intents', up };
