/** Which allocations are of spot VMs: who may be asked to make room is found without a search. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('allocations').addColumn('spot_priority', dialect.integer).execute();
  await db.schema
    .createIndex('allocations_by_spot_priority')
    .on('allocations')
    .column('spot_priority')
    .execute();
}

/** Adds the column; of older rows reconcilers fill it in. */
export const spotVms: Migration = { name: '0038-spot-vms', up };
