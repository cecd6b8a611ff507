/** Secrets, their values, and how many of them tenants have and may have. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The default limit of a tenant. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

async function up(tools: MigrationTools): Promise<void> {
  await createTable(tools, {
    name: 'secrets',
    columns: {
      tenant_id: 'text',
      name: 'text',
      description: 'text?',
      allowed_json: 'text',
      version: 'integer',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
    },
    unique: [['tenant_id', 'name']],
    indexes: [['tenant_id', 'id']],
  });
  await createTable(tools, {
    name: 'secret_versions',
    columns: {
      tenant_id: 'text',
      secret_id: 'text',
      version: 'integer',
      value_sealed: 'text?',
      created_at_ms: 'integer',
      created_by: 'text',
      deleted_at_ms: 'integer?',
      deleted_by: 'text?',
    },
    indexes: [
      ['secret_id', 'id'],
      ['tenant_id', 'id'],
    ],
  });
  await addQuota(tools);
}

/** With defaults, so that a server of the release before can still make tenants. */
async function addQuota({ db, dialect }: MigrationTools): Promise<void> {
  for (const [name, start] of [
    ['secrets_used', 0],
    ['secrets_max', UNLIMITED],
  ] as const) {
    await db.schema
      .alterTable('tenant_quotas')
      .addColumn(name, dialect.integer, (column) => column.notNull().defaultTo(start))
      .execute();
  }
}

/** Makes the tables and the columns of the quota; no tenant has secrets yet. */
export const secrets: Migration = { name: '0160-secrets', up };
