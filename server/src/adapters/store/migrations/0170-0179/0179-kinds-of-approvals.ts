/** Whether people decide, or one of them does something and checks it off. */
import type { Migration, MigrationTools } from '../../schema/migration.ts';

async function up({ db }: MigrationTools): Promise<void> {
  const table = db.schema.alterTable('approvals');
  await table.addColumn('kind', 'text', (kind) => kind.notNull().defaultTo('approval')).execute();
}

/** Adds the column; earlier releases ask for decisions only. */
export const kindsOfApprovals: Migration = { name: '0179-kinds-of-approvals', up };
