/** Lets a page of a list be found without reading past what others than the asked-for have. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

/** What each list is narrowed by and then ordered by. */
const INDEXES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  operations: [
    ['tenant_id', 'status', 'id'],
    ['target_id', 'tenant_id', 'id'],
  ],
  audit: [['resource_id', 'tenant_id', 'id']],
  events: [['tenant_id', 'position']],
};

/** Begin the new ones: to SQLite, which keeps no statistics, an index by tenant looked as good. */
const REPLACED = ['operations_by_target_id', 'audit_by_resource_id'];

async function up({ db }: MigrationTools): Promise<void> {
  for (const [table, indexes] of Object.entries(INDEXES)) {
    for (const columns of indexes) {
      const index = db.schema.createIndex(`${table}_by_${columns.join('_and_')}`).on(table);
      await index.columns([...columns]).execute();
    }
  }
  // A release of before finds by the new ones what it found by these.
  for (const name of REPLACED) await db.schema.dropIndex(name).execute();
}

/** Adds the indexes, and takes those away that they begin with. */
export const listIndexes: Migration = { name: '0039-list-indexes', up };
