/** Stores which previewed placements were created, instead of deleting them with the create. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema
    .alterTable('placement_previews')
    .addColumn('created_vm_id', dialect.text)
    .execute();
}

/** Adds the column; rows that exist keep null in it: their VMs are not created yet. */
export const consumedPreviews: Migration = { name: '0059-consumed-previews', up };
