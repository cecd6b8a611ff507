/** Finds unhealthy VMs without reading all VMs. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('vms').addColumn('health', dialect.text).execute();
  await db.schema.createIndex('vms_health_id').on('vms').columns(['health', 'id']).execute();
}

/** Adds the column and its index; VMs that are there have no health yet. */
export const vmHealth: Migration = { name: '0075-vm-health', up };
