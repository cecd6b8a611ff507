/** Brings an embedded store into an empty PostgreSQL database, row by row as it is sealed. */
import type { TlsVersion } from '@novacron/contract/link-tls';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import SqliteDatabase from 'better-sqlite3';
import { Client, type ClientConfig, escapeIdentifier } from 'pg';
import { MIGRATION_HISTORY } from '../schema/migrate.ts';
import type { SqlValue } from '../sql/kysely-tables.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { GROUP_LOCK, WRITERS_TABLE } from './connect-writer.ts';
import { badUrlProblem, toOpenProblem } from './open-problems.ts';
import { describeServer, toClientConfig } from './postgres-settings.ts';
import { prepareDatabase } from './prepare-database.ts';

/** Rows of one statement: some MB at most, as texts of policies have. */
const ROWS_PER_INSERT = 500;

/** The source store and its destination. */
export interface CopyRequest {
  /** Its file, which no server uses; it is brought to this release's schema first. */
  readonly path: string;
  /** URL in the format of `openPostgresStore`. */
  readonly url: string;
  readonly tlsMinVersion?: TlsVersion;
}

/** A column as PostgreSQL calls it and its type. */
interface Column {
  readonly table_name: string;
  readonly column_name: string;
  readonly data_type: string;
}

/** Tables that others refer to come first; none refers to one that refers to another. */
const COLUMNS = `
  select table_name, column_name, data_type from information_schema.columns
  where table_schema = current_schema() and table_name not in ($1, $2)
  order by (select count(*) from pg_constraint
      where conrelid = quote_ident(table_name)::regclass and contype = 'f'),
    table_name, ordinal_position`;

/**
 * Copies all rows in one transaction, which servers on the database wait for.
 * @returns `conflict` where the database holds anything; else the problems of opening either store
 */
export async function copyFromSqlite(request: CopyRequest): Promise<Result<void, Problem>> {
  const { path, url, tlsMinVersion } = request;
  const server = describeServer(url);
  const source = await openSqliteStore({ path });
  if (!source.ok) return source;
  await source.value.close();
  try {
    const settings = toClientConfig(url, tlsMinVersion);
    if (settings === undefined) return err(badUrlProblem());
    const prepared = await prepareDatabase(settings, { server });
    return prepared.ok ? await copyAll(path, settings, server) : prepared;
  } catch (cause) {
    return err(toOpenProblem(cause, server));
  }
}

async function copyAll(
  path: string,
  settings: ClientConfig,
  server: string,
): Promise<Result<void, Problem>> {
  const source = new SqliteDatabase(path, { readonly: true });
  const target = new Client(settings);
  // Pending queries report the error.
  target.on('error', () => {});
  try {
    await target.connect();
    await target.query('begin');
    await target.query('select pg_advisory_xact_lock($1)', [GROUP_LOCK]);
    const { rows } = await target.query<Column>(COLUMNS, [MIGRATION_HISTORY, WRITERS_TABLE]);
    for (const table of new Set(rows.map(({ table_name }) => table_name))) {
      const name = escapeIdentifier(table);
      const columns = rows.filter(({ table_name }) => table_name === table);
      const held = await target.query(`select 1 from ${name} limit 1`);
      if (held.rows.length > 0) return err(notEmpty(server));
      await copyTable(source, target, { name, columns });
    }
    await target.query('commit');
    return ok(undefined);
  } finally {
    source.close();
    // Without a commit nothing has happened.
    await target.end().catch(() => {});
  }
}

async function copyTable(
  source: SqliteDatabase.Database,
  target: Client,
  { name, columns }: { readonly name: string; readonly columns: readonly Column[] },
): Promise<void> {
  const names = columns.map(({ column_name }) => escapeIdentifier(column_name)).join(', ');
  const types = columns.map(({ data_type }, index) => `$${index + 1}::${data_type}[]`).join(', ');
  const insert = `insert into ${name} (${names}) select * from unnest(${types})`;
  const rows = source.prepare<[], Record<string, SqlValue>>(`select ${names} from ${name}`);
  // What triggers wrote is copied as well.
  await target.query(`alter table ${name} disable trigger user`);
  let batch: Record<string, SqlValue>[] = [];
  const flush = async () => {
    const values = columns.map(({ column_name }) => batch.map((row) => row[column_name]));
    batch = [];
    await target.query(insert, values);
  };
  for (const row of rows.iterate()) {
    batch.push(row);
    if (batch.length === ROWS_PER_INSERT) await flush();
  }
  if (batch.length > 0) await flush();
  await target.query(`alter table ${name} enable trigger user`);
}

function notEmpty(server: string): Problem {
  return problem('conflict', {
    detail: `The database ${server} is not empty; a restore never replaces data.`,
    remedy: 'Name an empty database that no server has been started on.',
  });
}
