/** With which CPU the guest of a VM runs. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('vms').addColumn('cpu_baseline', dialect.text).execute();
}

/** Adds the column; VMs that run already have the CPU of their host: null. */
export const vmCpuBaselines: Migration = { name: '0070-vm-cpu-baselines', up };
