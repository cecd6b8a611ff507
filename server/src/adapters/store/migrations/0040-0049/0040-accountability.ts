/** Who made and used a credential: keys, audit entries and idempotency keys name their origin. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

/** The new columns of type text; null in rows of earlier releases. */
const TEXT_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  api_keys: ['created_by', 'secret_prefix'],
  audit: ['client_address', 'key_id', 'key_prefix'],
  idempotency_keys: ['created_by'],
};

async function up({ db, dialect }: MigrationTools): Promise<void> {
  for (const [table, columns] of Object.entries(TEXT_COLUMNS)) {
    for (const column of columns) {
      await db.schema.alterTable(table).addColumn(column, dialect.text).execute();
    }
  }
  await db.schema.alterTable('api_keys').addColumn('last_used_at_ms', dialect.integer).execute();
}

/** Adds the columns; rows that exist keep null in them. */
export const accountability: Migration = { name: '0040-accountability', up };
