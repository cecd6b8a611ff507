/** Indexes for the filters of lists that migration 0048 left to reading the rows of a tenant. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

/** Tables of resources that lists narrow by who created them. */
const CREATED = [
  'api_keys',
  'networks',
  'orchestration_policies',
  'policy_authors',
  'reservations',
  'security_groups',
  'snapshots',
  'vm_groups',
  'vms',
  'volumes',
];

/** Columns that lists are filtered or sorted by, before the one that pages are in the order of. */
const INDEXES: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ...CREATED.map((table) => [table, ['tenant_id', 'created_by', 'id']] as const),
  ['api_keys', ['tenant_id', 'id']],
  ['api_keys', ['tenant_id', 'role', 'id']],
  ['enrollments', ['node', 'id']],
  ['enrollments', ['status', 'id']],
  ['nodes', ['driver', 'id']],
  ['nodes', ['rack', 'id']],
  ['placement_previews', ['tenant_id', 'deployment', 'id']],
  ['placement_previews', ['tenant_id', 'name', 'id']],
  ['policy_authors', ['tenant_id', 'name', 'id']],
  ['policy_violations', ['tenant_id', 'policy_id', 'id']],
  ['policy_violations', ['tenant_id', 'resource_kind', 'id']],
  ['policy_waivers', ['tenant_id', 'policy_id', 'id']],
  ['policy_waivers', ['tenant_id', 'resource_kind', 'id']],
  ['policy_waivers', ['tenant_id', 'waived_until_ms', 'id']],
  ['snapshots', ['tenant_id', 'volume_id', 'id']],
  ['vms', ['tenant_id', 'network_id', 'id']],
  ['volumes', ['tenant_id', 'attached_to', 'id']],
];

/** Those that the ones above begin with. */
const REPLACED = [
  'api_keys_by_tenant_id_and_role',
  'enrollments_by_node',
  'enrollments_by_status',
  'placement_previews_by_tenant_id_and_deployment',
  'placement_previews_by_tenant_id_and_name',
];

async function up({ db }: MigrationTools): Promise<void> {
  for (const [table, columns] of INDEXES) {
    const index = db.schema.createIndex(`${table}_by_${columns.join('_and_')}`).on(table);
    await index.columns([...columns]).execute();
  }
  for (const name of REPLACED) await db.schema.dropIndex(name).execute();
}

/** Adds the indexes. */
export const listFiltersByTenant: Migration = { name: '0051-list-filters-by-tenant', up };
