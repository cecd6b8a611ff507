/** What rules of placement look at: which VMs of a tenant are where, and which keep others away. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  const columns = [
    ['owner_tenant_id', dialect.text],
    ['traits_json', dialect.text],
    ['binds_others', dialect.integer],
  ] as const;
  for (const [name, type] of columns) {
    await db.schema.alterTable('allocations').addColumn(name, type).execute();
  }
  await db.schema
    .createIndex('allocations_by_owner_tenant_id_and_binds_others')
    .on('allocations')
    .columns(['owner_tenant_id', 'binds_others'])
    .execute();
}

/** Adds them to the allocations, which come and go with the VMs; older rows say nothing yet. */
export const rules: Migration = { name: '0010-rules', up };
