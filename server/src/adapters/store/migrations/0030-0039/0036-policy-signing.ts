/** Keys that sign policies: those of the server, and public ones of authors that tenants trust. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'policy_authors',
    columns: {
      tenant_id: 'text',
      name: 'text',
      public_key: 'text',
      created_at_ms: 'integer',
      created_by: 'text',
    },
    unique: [['tenant_id', 'public_key']],
    indexes: [['tenant_id', 'id']],
  });
  await createTable(tools, {
    name: 'policy_signing_keys',
    columns: { key_sealed: 'text', created_at_ms: 'integer', retired_at_ms: 'integer' },
  });
}

/** Makes the tables; the first key is made when the first policy is accepted. */
export const policySigning: Migration = { name: '0036-policy-signing', up };
