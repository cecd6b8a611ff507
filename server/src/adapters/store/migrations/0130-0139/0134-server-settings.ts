import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** One row: what is stored takes the place of what each server is configured with. */
async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'server_settings',
    columns: { revision: 'integer', values_json: 'text' },
  });
}

/** Adds the table; nothing is changed yet. */
export const serverSettings: Migration = { name: '0134-server-settings', up };
