/** Lets incidents be listed in the order in which they were changed last. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db }: MigrationTools): Promise<void> {
  await db.schema
    .createIndex('incidents_by_tenant_id_and_changed_at_ms_and_id')
    .on('incidents')
    .columns(['tenant_id', 'changed_at_ms', 'id'])
    .execute();
  // A summary counts VMs by their health.
  await db.schema
    .createIndex('vms_by_tenant_id_and_health_and_id')
    .on('vms')
    .columns(['tenant_id', 'health', 'id'])
    .execute();
}

/** Adds the indexes. */
export const incidentOrder: Migration = { name: '0124-incident-order', up };
