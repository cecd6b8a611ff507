/** The restart policy of VMs that have none of their own. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('vms').addColumn('restart_default', dialect.text).execute();
}

/** Adds the column; VMs that are there stay stopped, as before: null. */
export const vmRestartDefaults: Migration = { name: '0073-vm-restart-defaults', up };
