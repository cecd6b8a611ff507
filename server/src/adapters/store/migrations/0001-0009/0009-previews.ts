/** Where plans said that VMs would go, and which runs of clients have said so. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'placement_previews',
    columns: {
      tenant_id: 'text',
      lookup_key: 'text',
      deployment: 'text',
      name: 'text',
      ask_json: 'text',
      decision_json: 'text?',
      refusal_json: 'text?',
      created_at_ms: 'integer',
    },
    unique: [['lookup_key']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'name'],
      ['tenant_id', 'deployment'],
      ['created_at_ms'],
    ],
  });
  await createTable(tools, {
    name: 'preview_places',
    columns: {
      tenant_id: 'text',
      session: 'text',
      name: 'text',
      lookup_key: 'text',
      origin: 'text',
      node_id: 'text?',
      ask_json: 'text',
      created_at_ms: 'integer',
    },
    indexes: [['tenant_id', 'session'], ['created_at_ms']],
  });
}

/** Makes both tables. */
export const previews: Migration = { name: '0009-previews', up };
