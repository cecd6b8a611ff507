/** Which server sends the request of an attempt at a step of an execution. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('execution_steps').addColumn('sender_json', dialect.text).execute();
}

/** Adds the column; null: no server sends one, or one of an earlier release does. */
export const sendersOfAttempts: Migration = { name: '0182-senders-of-attempts', up };
