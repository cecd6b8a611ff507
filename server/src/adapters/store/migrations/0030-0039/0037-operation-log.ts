/**
 * Takes the reference of logs to their operations away where it is dear: PostgreSQL locks the
 * operation, which writes to its row, and runs a query for each entry that is appended.
 */
import { sql } from 'kysely';
import type { Migration, MigrationTools } from '../../schema/migration.ts';

/** That a log goes with its operation stays the database's work. */
const REMOVE_LOG = sql`create function forget_operation_log() returns trigger language plpgsql
  as $$ begin delete from operation_log where operation_id = old.id; return null; end $$`;

const REMOVE_LOG_ALONG = sql`create trigger operation_log_goes_along after delete on operations
  for each row execute function forget_operation_log()`;

async function up({ db, dialect }: MigrationTools): Promise<void> {
  // SQLite looks the operation up and writes nothing; taking the reference away copies the table.
  if (dialect.name === 'sqlite') return;
  const change = db.schema.alterTable('operation_log');
  await change.dropConstraint('operation_log_of_an_operation').execute();
  await REMOVE_LOG.execute(db);
  await REMOVE_LOG_ALONG.execute(db);
}

/** Entries belong to an operation because those who append them look at it first. */
export const operationLog: Migration = { name: '0037-operation-log', up };
