/** The store on SQLite: one file, one connection that writes and one that reads. */

import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { AnyQuery, Query, Snapshot, Store } from '../../../ports/store.ts';
import type { TableName, Tables } from '../../../ports/tables/tables.ts';
import { NO_TELEMETRY, type Telemetry } from '../../../ports/telemetry.ts';
import { type CommitGroup, startGroupWriter } from '../group-commit/group-writer.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import { type InspectStore, MIGRATION_HISTORY, migrate } from '../schema/migrate.ts';
import type { Migration } from '../schema/migration.ts';
import { compileChange } from '../sql/compile-change.ts';
import { compileCount, compileQuery, toCount } from '../sql/compile-query.ts';
import { compileTally, toTallyGroup } from '../sql/compile-tally.ts';
import type { AnyTables } from '../sql/kysely-tables.ts';
import { commitGroup } from './commit-group.ts';
import { configureWriter } from './configure-writer.ts';
import { rememberRows } from './connection/remember-rows.ts';
import { connectTo, type SqliteConnection } from './connection/sqlite-connection.ts';
import { toOutcomes } from './group-fate.ts';
import { guardFile } from './guard-file.ts';
import { makeSqliteBuilder } from './make-sqlite-builder.ts';
import { measureFiles } from './measure-files.ts';
import { codeOf } from './sqlite-failures.ts';
import { toOpenProblem, toReadError } from './sqlite-problems.ts';
import { SQLITE_SCHEMA } from './sqlite-schema-dialect.ts';
import { startWriterThread } from './start-writer-thread.ts';
import { waitInPlace } from './wait-in-place.ts';

/**
 * Maximum time that a write waits for another process. All other writes wait with it, so it is
 * short.
 */
const BUSY_TIMEOUT_MS = 5000;

/** Only the server's user may read what it stores. */
const FILE_MODE = 0o600;

/** Options of the SQLite store. */
export interface SqliteStoreOptions {
  /** The database file; its directory must exist. It is created when missing. */
  readonly path: string;
  /** Size in MiB at which the store answers `storage-full`; without it, the disk decides. */
  readonly sizeMibMax?: number;
  /** Maximum time that a write waits for another process. Default: `BUSY_TIMEOUT_MS`. */
  readonly busyTimeoutMs?: number;
  /** Most change sets of one group; 1 shows in a benchmark what grouping is worth. */
  readonly groupSetsMax?: number;
  /** Makes each flush to the disk so much slower, as a benchmark of slower disks needs it. */
  readonly flushDelayMs?: number;
  /**
   * Place where groups are written. `thread`: for servers, which must answer other requests during
   * a flush. `here` (default): for short work, and where nothing may run asynchronously.
   */
  readonly writer?: 'here' | 'thread';
  /** Hears of each flush: how many change sets shared it. */
  readonly telemetry?: Telemetry;
  /** May refuse the store before anything in it is changed. */
  readonly inspect?: InspectStore;
  /** All steps of the schema, oldest first. Default: `MIGRATIONS`. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens a store, creating and migrating it as needed.
 * @returns the store; `unavailable` with `data.reason` directory-missing, not-writable,
 * not-a-store, locked, disk-failed or schema-newer; or `storage-full`
 * @example
 * const opened = await openSqliteStore({ path: '/var/lib/novacron/novacron.db' });
 */
export async function openSqliteStore(
  options: SqliteStoreOptions,
): Promise<Result<Store, Problem>> {
  const { path, busyTimeoutMs: timeout = BUSY_TIMEOUT_MS } = options;
  const opened: SqliteDatabase.Database[] = [];
  try {
    if (!namesAFile(path)) return err(notAStoreProblem(path));
    prepareFile(path);
    const writer = new SqliteDatabase(path, { timeout });
    opened.push(writer);
    if (isOfAnotherProgram(writer)) {
      closeAll(opened);
      return err(notAStoreProblem(path));
    }
    configureWriter(writer, options.sizeMibMax);
    const migrated = await migrateFile(writer, options);
    if (!migrated.ok) {
      closeAll(opened);
      return migrated;
    }
    const reader = new SqliteDatabase(path, { readonly: true, timeout });
    opened.push(reader);
    const connections = { reader: connectTo(reader), writer: connectTo(writer) };
    return ok(makeStore(connections, options));
  } catch (cause) {
    closeAll(opened);
    return err(toOpenProblem(cause, path));
  }
}

/** SQLite takes '' and ':memory:' for databases in memory, which forget everything. */
function namesAFile(path: string): boolean {
  if (path === '' || path.startsWith(':')) return false;
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** Finds out what SQLite reports as one and the same error, and creates a file for us alone. */
function prepareFile(path: string): void {
  accessSync(dirname(path), constants.R_OK | constants.W_OK | constants.X_OK);
  try {
    closeSync(openSync(path, 'wx', FILE_MODE));
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
    // Never open an existing file here: closing it would drop the locks that SQLite holds on it
    // for this process (sqlite.org/howtocorrupt.html, section 2.2).
    accessSync(path, constants.R_OK | constants.W_OK);
  }
}

/** A database with tables but without our history of migrations: not ours to change. */
function isOfAnotherProgram(database: SqliteDatabase.Database): boolean {
  const count = database.prepare('select count(*) from sqlite_schema where name = ?').pluck();
  const any = database.prepare('select count(*) from sqlite_schema').pluck();
  return any.get() !== 0 && count.get(MIGRATION_HISTORY) === 0;
}

async function migrateFile(
  database: SqliteDatabase.Database,
  { inspect, migrations = MIGRATIONS }: Pick<SqliteStoreOptions, 'inspect' | 'migrations'>,
): Promise<Result<readonly string[], Problem>> {
  const db = new Kysely<AnyTables>({ dialect: new SqliteDialect({ database }) });
  database.exec('begin immediate');
  const migrated = await migrate({ db, dialect: SQLITE_SCHEMA }, migrations, inspect);
  database.exec(migrated.ok ? 'commit' : 'rollback');
  return migrated;
}

function closeAll(databases: readonly SqliteDatabase.Database[]): void {
  for (const database of databases) database.close();
}

function makeStore(
  connections: { readonly reader: SqliteConnection; readonly writer: SqliteConnection },
  options: SqliteStoreOptions,
): Store {
  const { telemetry = NO_TELEMETRY, groupSetsMax } = options;
  const { reader, writer } = connections;
  const sql = makeSqliteBuilder();
  const writing = startWriting(writer, options);
  const commitInPlace = guardFile(options.path, writing.commitGroup);
  const writeGroup: CommitGroup = (sets) => {
    telemetry.observe('novacron_store_group_sets', {}, sets.length);
    return commitInPlace(sets);
  };
  const pace = options.writer === 'thread' ? 'overlapping' : 'in-turn';
  const group = startGroupWriter(writeGroup, { groupSetsMax, pace });

  const rowsOf = rememberRows(reader);
  const select = (query: AnyQuery) => {
    if (findsNothing(query)) return [];
    try {
      return rowsOf(compileQuery(sql, query));
    } catch (cause) {
      throw toReadError(cause);
    }
  };
  const selectAll = (queries: Readonly<Record<string, AnyQuery>>): unknown =>
    Object.fromEntries(Object.entries(queries).map(([name, query]) => [name, select(query)]));
  const selectAllAtOnce = reader.database.transaction(selectAll);

  return {
    // A query of one table is one of the queries of any table, which TypeScript cannot see while T
    // is open. The rows have the columns that the migrations made: the store suite proves it.
    read: async <T extends TableName>(query: Query<T>) => select(query as AnyQuery) as Tables[T][],
    snapshot: async <const Queries extends Readonly<Record<string, AnyQuery>>>(queries: Queries) =>
      // The mapped type says what `selectAll` does; a loop cannot be typed that closely.
      selectAllAtOnce(queries) as Snapshot<Queries>,
    count: async (query) => {
      if (findsNothing(query)) return 0;
      try {
        const [row] = reader.rows(compileCount(sql, query));
        return toCount(row);
      } catch (cause) {
        throw toReadError(cause);
      }
    },
    tally: async (tally) => {
      if (findsNothing(tally)) return [];
      try {
        const rows = reader.rows(compileTally(sql, tally));
        return rows.map((row) => toTallyGroup(row, tally));
      } catch (cause) {
        throw toReadError(cause);
      }
    },
    // Compiled here, so that a change set that cannot be compiled fails its own caller only.
    commit: async (changes) =>
      await group.submit(changes.map((change) => compileChange(sql, change))),
    measure: () => measureFiles(options.path),
    close: async () => {
      await group.close();
      await writing.close();
      // The writer goes last: the last connection folds the write-ahead log into the file.
      closeAll([reader.database, writer.database]);
    },
  };
}

/** Whether a query asks for what is in an empty list: many ask for what most rows refer to not. */
function findsNothing({ where = {} }: Pick<AnyQuery, 'where'>): boolean {
  return Object.values(where).some(isEmptyList);
}

function isEmptyList(condition: unknown): boolean {
  if (typeof condition !== 'object' || condition === null || !('in' in condition)) return false;
  return Array.isArray(condition.in) && condition.in.length === 0;
}

/** Starts the writer of a store's groups. */
function startWriting(
  connection: SqliteConnection,
  { writer, path, sizeMibMax, busyTimeoutMs, flushDelayMs = 0 }: SqliteStoreOptions,
): { readonly commitGroup: CommitGroup; readonly close: () => Promise<void> } {
  if (writer === 'thread') {
    const timeouts = { busyTimeoutMs: busyTimeoutMs ?? BUSY_TIMEOUT_MS, flushDelayMs };
    return startWriterThread({ path, sizeMibMax, ...timeouts });
  }
  return {
    commitGroup: (sets) => {
      const fate = commitGroup(connection, sets);
      if (flushDelayMs > 0) waitInPlace(flushDelayMs);
      return toOutcomes(sets, fate);
    },
    close: async () => {},
  };
}

function notAStoreProblem(path: string): Problem {
  return problem('unavailable', {
    detail: `The store needs a regular file, and '${path}' is not one.`,
    remedy:
      'Name a new file, or one that NovaCron created, in an existing directory, and ' +
      'start the server again.',
    data: { reason: 'not-a-store' },
  });
}
