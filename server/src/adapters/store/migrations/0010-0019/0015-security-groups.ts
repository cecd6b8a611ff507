/** Security groups, and how many of them a tenant has and may have. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The default limit of a tenant. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await createTable(tools, {
    name: 'security_groups',
    columns: {
      tenant_id: 'text',
      namespace: 'text',
      name: 'text',
      schema_version: 'integer',
      revision: 'integer',
      generation: 'integer',
      desired_json: 'text',
      observed_json: 'text',
      busy_operation_id: 'text?',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
      vm_count: 'integer',
      named_count: 'integer',
      use_version: 'integer',
    },
    unique: [['tenant_id', 'name']],
    indexes: [['tenant_id', 'id']],
  });
  // With defaults, so that a server of the release before can still make tenants.
  for (const [name, start] of [
    ['security_groups_used', 0],
    ['security_groups_max', UNLIMITED],
  ] as const) {
    await db.schema
      .alterTable('tenant_quotas')
      .addColumn(name, dialect.integer, (column) => column.notNull().defaultTo(start))
      .execute();
  }
}

/** Makes the table of security groups; no tenant has any, and every one may have what it likes. */
export const securityGroups: Migration = { name: '0015-security-groups', up };
