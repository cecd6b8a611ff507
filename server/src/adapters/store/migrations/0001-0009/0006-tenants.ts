/** Tenants with quotas and feature flags, and the roles that they make. */
import {
  createTable,
  type Migration,
  type MigrationTools,
  type TablePlan,
} from '../../schema/migration.ts';

const COUNTED = [
  'vms',
  'cpu_cores',
  'memory_mib',
  'disk_gb',
  'volumes',
  'snapshots',
  'volume_gb',
  'networks',
  'policies',
  'api_keys',
  'roles',
];

const TABLES: readonly TablePlan[] = [
  {
    // Filled after the start, by counting what each tenant has.
    name: 'tenant_quotas',
    columns: Object.fromEntries(
      COUNTED.flatMap((name) => [
        [`${name}_used`, 'integer'],
        [`${name}_max`, 'integer'],
      ]),
    ),
  },
  {
    name: 'roles',
    columns: {
      tenant_id: 'text',
      name: 'text',
      description: 'text?',
      operations_json: 'text',
      revision: 'integer',
      created_at_ms: 'integer',
      created_by: 'text',
      updated_at_ms: 'integer',
      updated_by: 'text',
    },
    unique: [['tenant_id', 'name']],
    indexes: [['tenant_id', 'id']],
  },
];

async function up(tools: MigrationTools): Promise<void> {
  const { db, dialect } = tools;
  // One column a statement: SQLite adds no more at once.
  for (const [name, start] of [
    ['is_platform', 0],
    ['revision', 1],
  ] as const) {
    await db.schema
      .alterTable('tenants')
      .addColumn(name, dialect.integer, (column) => column.notNull().defaultTo(start))
      .execute();
  }
  for (const name of ['description', 'features_json', 'created_by', 'updated_by']) {
    await db.schema.alterTable('tenants').addColumn(name, dialect.text).execute();
  }
  await db.schema.alterTable('tenants').addColumn('updated_at_ms', dialect.integer).execute();
  for (const table of TABLES) await createTable(tools, table);
  // A store of an earlier release has one tenant: that of its first start.
  await db
    .updateTable('tenants')
    .set({ is_platform: 1 })
    .where('id', 'in', db.selectFrom('tenants').select('id').orderBy('id').limit(1))
    .execute();
  // Finds the keys that have a role.
  await db.schema
    .createIndex('api_keys_by_tenant_id_and_role')
    .on('api_keys')
    .columns(['tenant_id', 'role'])
    .execute();
}

/** Adds what tenants may have, and their roles. */
export const tenants: Migration = { name: '0006-tenants', up };
