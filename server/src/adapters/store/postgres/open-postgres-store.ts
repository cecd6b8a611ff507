/** The store on PostgreSQL: one connection that writes, and some that read. */

import type { TlsVersion } from '@novacron/contract/link-tls';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { AnyQuery, Query, Snapshot, Store } from '../../../ports/store.ts';
import type { TableName, Tables } from '../../../ports/tables/tables.ts';
import { NO_TELEMETRY, type Telemetry } from '../../../ports/telemetry.ts';
import { type CommitGroup, startGroupWriter } from '../group-commit/group-writer.ts';
import type { InspectStore } from '../schema/migrate.ts';
import type { Migration } from '../schema/migration.ts';
import { compileChange } from '../sql/compile-change.ts';
import { compileCount, compileQuery, toCount } from '../sql/compile-query.ts';
import { compileTally, toTallyGroup } from '../sql/compile-tally.ts';
import { commitGroup } from './commit-group.ts';
import { makePostgresBuilder } from './make-postgres-builder.ts';
import { badUrlProblem, toOpenProblem } from './open-problems.ts';
import { describeServer, LOCK_TIMEOUT_MS, toClientConfig } from './postgres-settings.ts';
import { prepareDatabase } from './prepare-database.ts';
import { openReadPool, type ReadPool } from './read-pool.ts';
import { openWriterLink, type WriterLink } from './writer-link.ts';

/**
 * Maximum wait of a group whose connection broke during COMMIT for a new connection that can report
 * its outcome: as long as PostgreSQL usually takes to restart after a crash.
 */
const OUTCOME_WAIT_MS = 5_000;

/** Query for the database's size on the disk of its server, whose free space is not available. */
const SIZE_QUERY = { sql: 'select pg_database_size(current_database()) as size', parameters: [] };

/** Connection URL and time limits. */
export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database?sslmode=verify-full`; see `toClientConfig`. */
  readonly url: string;
  /** Least version of TLS; 1.3 unless said. */
  readonly tlsMinVersion?: TlsVersion;
  /** Maximum wait of a group for locks; `LOCK_TIMEOUT_MS` by default. */
  readonly lockTimeoutMs?: number;
  /** Maximum wait of a group for its outcome; `OUTCOME_WAIT_MS` by default. */
  readonly outcomeWaitMs?: number;
  /** Most change sets of one group; 1 shows in a benchmark what grouping is worth. */
  readonly groupSetsMax?: number;
  readonly telemetry?: Telemetry;
  /** May refuse the store before anything in it is changed. */
  readonly inspect?: InspectStore;
  /** All steps of the schema, oldest first. Default: `MIGRATIONS`. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens a store, migrating it as needed. Any number of servers may share a database. While it is
 * out of reach, `commit` answers `unavailable` and reads reject with an error that has the answer
 * in its property `problem`; the store works again as soon as the database does.
 * @returns the store; `unavailable` with `data.reason` bad-url, unreachable, access-denied,
 * file-unreadable, database-missing, not-permitted, tls-failed, read-only, other-encoding,
 * not-a-store, locked or schema-newer; or `storage-full`
 * @example
 * const opened = await openPostgresStore({ url: 'postgres://novacron@127.0.0.1/novacron' });
 */
export async function openPostgresStore(
  options: PostgresStoreOptions,
): Promise<Result<Store, Problem>> {
  const { url, lockTimeoutMs = LOCK_TIMEOUT_MS, outcomeWaitMs = OUTCOME_WAIT_MS } = options;
  const { groupSetsMax, telemetry, inspect, migrations } = options;
  const server = describeServer(url);
  try {
    const common = toClientConfig(url, options.tlsMinVersion);
    if (common === undefined) return err(badUrlProblem());
    const settings = { ...common, lock_timeout: lockTimeoutMs };
    const prepared = await prepareDatabase(settings, { server, inspect, migrations });
    if (!prepared.ok) return prepared;
    const link = await openWriterLink(settings);
    return ok(
      makeStore({
        link,
        reader: openReadPool(settings),
        outcomeWaitMs,
        groupSetsMax,
        telemetry,
      }),
    );
  } catch (cause) {
    return err(toOpenProblem(cause, server));
  }
}

interface StoreParts {
  readonly link: WriterLink;
  readonly reader: ReadPool;
  readonly outcomeWaitMs: number;
  readonly groupSetsMax: number | undefined;
  readonly telemetry: Telemetry | undefined;
}

function makeStore(parts: StoreParts): Store {
  const { reader, telemetry = NO_TELEMETRY, groupSetsMax } = parts;
  const sql = makePostgresBuilder();
  const writeGroup: CommitGroup = (sets) => {
    telemetry.observe('novacron_store_group_sets', {}, sets.length);
    return commitGroup(parts, sets);
  };
  const group = startGroupWriter(writeGroup, { groupSetsMax, pace: 'overlapping' });
  let closing: Promise<void> | undefined;

  async function snapshot<const Queries extends Readonly<Record<string, AnyQuery>>>(
    queries: Queries,
  ): Promise<Snapshot<Queries>> {
    const names = Object.keys(queries);
    const all = Object.values(queries).map((query) => compileQuery(sql, query));
    const rows = await reader.rowsAtOnce(all);
    const byName: unknown = Object.fromEntries(names.map((name, index) => [name, rows[index]]));
    // The mapped type says what the loop does, which cannot be typed that closely.
    return byName as Snapshot<Queries>;
  }

  return {
    read: async <T extends TableName>(query: Query<T>) =>
      // A query of one table is one of the queries of any table, which TypeScript cannot see while
      // T is open. The rows have the columns that the migrations made: the store suite proves it.
      (await reader.rows(compileQuery(sql, query as AnyQuery))) as Tables[T][],
    snapshot,
    count: async (query) => {
      const [row] = await reader.rows(compileCount(sql, query));
      return toCount(row);
    },
    tally: async (tally) => {
      const rows = await reader.rows(compileTally(sql, tally));
      return rows.map((row) => toTallyGroup(row, tally));
    },
    // Compiled here, so that a change set that cannot be compiled fails its own caller only.
    commit: async (changes) =>
      await group.submit(changes.map((change) => compileChange(sql, change))),
    measure: async () => {
      const [row] = await reader.rows(SIZE_QUERY);
      // PostgreSQL's driver writes 64-bit numbers as text.
      return { sizeBytes: Number((row as { readonly size: string }).size), freeBytes: undefined };
    },
    close: () => {
      closing ??= closeParts(parts, group.close());
      return closing;
    },
  };
}

async function closeParts({ link, reader }: StoreParts, drained: Promise<void>): Promise<void> {
  await drained;
  await link.close();
  await reader.close();
}
