/** VMs that nodes stop by themselves when they are isolated. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  for (const column of ['guard_json', 'lease_fence_json']) {
    await db.schema.alterTable('nodes').addColumn(column, dialect.text).execute();
  }
}

/** Adds the columns; null: the node guards none, or an earlier release wrote the row. */
export const isolationGuards: Migration = { name: '0110-isolation-guards', up };
