/** Looks whether a database is fit for a store, and brings it to this release's schema. */

import type { Problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import { Kysely, PostgresDialect } from 'kysely';
import { Client, type ClientConfig } from 'pg';
import { MIGRATIONS } from '../migrations/migrations.ts';
import { type InspectStore, MIGRATION_HISTORY, migrate } from '../schema/migrate.ts';
import type { Migration } from '../schema/migration.ts';
import type { AnyTables } from '../sql/kysely-tables.ts';
import { CREATE_WRITERS_TABLE, hangUp } from './connect-writer.ts';
import { encodingProblem, notAStoreProblem, readOnlyProblem } from './open-problems.ts';
import { POSTGRES_SCHEMA } from './postgres-schema-dialect.ts';

/** Maximum wait of a server for another server that is migrating the same database. */
const MIGRATION_WAIT_MS = 120_000;

/** Held while a server migrates. Any number that no one else uses. */
const MIGRATION_LOCK = 7480_02;

const UTF8 = 'UTF8';

const DESCRIBE = 'select pg_is_in_recovery() as standby, getdatabaseencoding() as encoding';

const COUNT_TABLES = `
  select count(*) as tables, count(*) filter (where tablename = '${MIGRATION_HISTORY}') as ours
  from pg_tables where schemaname = current_schema()`;

/** Options for preparing a database. */
export interface PrepareOptions {
  /** Host and database, for texts. */
  readonly server: string;
  /** May refuse the store before anything in it is changed. */
  readonly inspect?: InspectStore | undefined;
  /** All steps of the schema, oldest first. Default: `MIGRATIONS`. */
  readonly migrations?: readonly Migration[] | undefined;
}

/**
 * Prepares a database. Several servers may do so at once: one of them migrates, the others wait.
 * @returns names of the migrations that ran; `unavailable` with `data.reason` read-only,
 * other-encoding, not-a-store or schema-newer. What PostgreSQL itself refuses is thrown
 */
export async function prepareDatabase(
  settings: ClientConfig,
  options: PrepareOptions,
): Promise<Result<readonly string[], Problem>> {
  const client = new Client({
    ...settings,
    statement_timeout: MIGRATION_WAIT_MS,
    lock_timeout: MIGRATION_WAIT_MS,
  });
  // Pending queries report the error.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('begin');
    const prepared = await prepareInTransaction(client, options);
    await client.query(prepared.ok ? 'commit' : 'rollback');
    await client.end();
    return prepared;
  } catch (cause) {
    hangUp(client);
    throw cause;
  }
}

async function prepareInTransaction(
  client: Client,
  { server, inspect, migrations = MIGRATIONS }: PrepareOptions,
): Promise<Result<readonly string[], Problem>> {
  const state = await client.query<{ standby: boolean; encoding: string }>(DESCRIBE);
  const { standby = false, encoding = UTF8 } = state.rows[0] ?? {};
  if (standby) return err(readOnlyProblem(server));
  if (encoding !== UTF8) return err(encodingProblem(server, encoding));
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  const found = await client.query<{ tables: number; ours: number }>(COUNT_TABLES);
  const { tables = 0, ours = 0 } = found.rows[0] ?? {};
  if (tables > 0 && ours === 0) return err(notAStoreProblem(server));
  const db = new Kysely<AnyTables>({ dialect: new PostgresDialect({ pool: poolOf(client) }) });
  const migrated = await migrate({ db, dialect: POSTGRES_SCHEMA }, migrations, inspect);
  if (migrated.ok) await client.query(CREATE_WRITERS_TABLE);
  return migrated;
}

/** A pool that hands out one connection, so that all steps are in its transaction. */
function poolOf(client: Client) {
  const only = {
    // Kysely's type has a second form, for cursors, which migrations do not use.
    query: client.query.bind(client) as never,
    release: () => {},
  };
  return { connect: async () => only, end: async () => {} };
}
