/** What kind of hand wrote an audit entry, and where a baseline comes from. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('audit').addColumn('principal_kind', dialect.text).execute();
  await db.schema.alterTable('baselines').addColumn('origin', dialect.text).execute();
}

/** Adds both; entries of earlier releases do not say the kind, their baselines were applied. */
export const driftCauses: Migration = { name: '0022-drift-causes', up };
