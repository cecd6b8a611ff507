/** The key of an enrollment: its holder may request a lost certificate again. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('enrollments').addColumn('key_hash', dialect.text).execute();
}

/** Adds it; who was enrolled before has none, and his token counts once as it did. */
export const enrollmentKeys: Migration = { name: '0017-enrollment-keys', up };
