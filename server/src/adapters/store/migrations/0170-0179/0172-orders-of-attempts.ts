/** Which runner has an attempt at a step of an execution. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db, dialect }: MigrationTools): Promise<void> {
  await db.schema.alterTable('execution_steps').addColumn('order_json', dialect.text).execute();
}

/** Adds the column; null: no runner has it. */
export const ordersOfAttempts: Migration = { name: '0172-orders-of-attempts', up };
