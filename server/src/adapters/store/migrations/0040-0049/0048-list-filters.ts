/** Indexes for the filters and sorts of lists: each by tenant, and then in the order of a page. */
import { sql } from 'kysely';
import type { Migration, MigrationTools } from '../../schema/migration.ts';

/** Columns that lists are filtered by, before the column that they are sorted by. */
const INDEXES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  vms: [['tenant_id', 'updated_at_ms', 'id']],
  vm_groups: [['tenant_id', 'updated_at_ms', 'id']],
  networks: [['tenant_id', 'updated_at_ms', 'id']],
  security_groups: [['tenant_id', 'updated_at_ms', 'id']],
  volumes: [['tenant_id', 'updated_at_ms', 'id']],
  snapshots: [
    ['tenant_id', 'updated_at_ms', 'id'],
    ['tenant_id', 'node', 'id'],
  ],
  orchestration_policies: [['tenant_id', 'updated_at_ms', 'id']],
  operations: [
    ['tenant_id', 'kind', 'id'],
    ['tenant_id', 'target_kind', 'id'],
    ['tenant_id', 'created_by', 'id'],
  ],
  audit: [
    ['tenant_id', 'principal', 'id'],
    ['tenant_id', 'operation', 'id'],
    ['tenant_id', 'outcome', 'id'],
    ['tenant_id', 'resource_kind', 'id'],
  ],
  events: [
    ['tenant_id', 'type', 'position'],
    ['tenant_id', 'target', 'position'],
  ],
  nodes: [
    ['status', 'id'],
    ['zone', 'id'],
  ],
};

/** Fields of JSON columns that lists are filtered by. */
const FIELDS = [
  { table: 'vms', column: 'observed_json', field: 'status' },
  { table: 'vms', column: 'observed_json', field: 'node' },
  { table: 'volumes', column: 'observed_json', field: 'status' },
  { table: 'volumes', column: 'desired_json', field: 'type' },
  { table: 'snapshots', column: 'observed_json', field: 'status' },
];

async function up({ db, dialect }: MigrationTools): Promise<void> {
  for (const [table, indexes] of Object.entries(INDEXES)) {
    for (const columns of indexes) {
      const index = db.schema.createIndex(`${table}_by_${columns.join('_and_')}`).on(table);
      await index.columns([...columns]).execute();
    }
  }
  for (const { table, column, field } of FIELDS) {
    // As the builders of both databases write it: another expression would not be found. A
    // damaged document has no fields.
    const document = sql.ref(column);
    const value =
      dialect.name === 'sqlite'
        ? sql`(iif(json_valid(${document}), ${document} ->> ${sql.lit(`$.${field}`)}, null))`
        : sql`(read_json(${document}) ->> ${sql.lit(field)})`;
    const name = sql.ref(`${table}_by_tenant_id_and_${field}_and_id`);
    await sql`create index ${name} on ${sql.table(table)} (tenant_id, ${value}, id)`.execute(db);
  }
}

/** Adds the indexes. */
export const listFilters: Migration = { name: '0048-list-filters', up };
