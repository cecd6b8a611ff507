/** Workflows and runbooks, and the versions of their texts. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'workflows',
    columns: {
      tenant_id: 'text',
      name: 'text',
      kind: 'text',
      version: 'integer',
      text: 'text',
      digest: 'text',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
    },
    unique: [['tenant_id', 'name']],
    indexes: [
      ['tenant_id', 'id'],
      ['tenant_id', 'kind', 'id'],
      ['tenant_id', 'created_by', 'id'],
    ],
  });
  await createTable(tools, {
    name: 'workflow_versions',
    columns: {
      tenant_id: 'text',
      workflow_id: 'text',
      version: 'integer',
      text: 'text',
      digest: 'text',
      created_at_ms: 'integer',
      created_by: 'text',
    },
    indexes: [['workflow_id', 'id']],
  });
}

/** Makes the tables; no tenant has workflows yet. */
export const workflows: Migration = { name: '0153-workflows', up };
