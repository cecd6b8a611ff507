/** Templates of tenants with their versions, and how many a tenant has and may have. */
import { createTable, type Migration, type MigrationTools } from '../../schema/migration.ts';

/** The default limit of a tenant. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  await createTable(tools, {
    name: 'tenant_templates',
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
      version: 'integer',
      vm_count: 'integer',
    },
    unique: [['tenant_id', 'name']],
    indexes: [['tenant_id', 'id']],
  });
  await createTable(tools, {
    name: 'template_versions',
    columns: {
      tenant_id: 'text',
      template_id: 'text',
      version: 'integer',
      document_json: 'text',
    },
    unique: [['template_id', 'version']],
  });
  // With defaults, so that a server of the release before can still make tenants.
  for (const [name, start] of [
    ['templates_used', 0],
    ['templates_max', UNLIMITED],
  ] as const) {
    await db.schema
      .alterTable('tenant_quotas')
      .addColumn(name, dialect.integer, (column) => column.notNull().defaultTo(start))
      .execute();
  }
}

/** Makes both tables; the templates that come with NovaCron stay where they are. */
export const tenantTemplates: Migration = { name: '0028-tenant-templates', up };
