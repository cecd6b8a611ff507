/** Connections that read: a query is answered by any of them, a snapshot by one transaction. */
import { setTimeout as wait } from 'node:timers/promises';
import { type ClientConfig, Pool, type PoolClient } from 'pg';
import type { SqlText } from '../sql/kysely-tables.ts';
import { classifyFailure, toReadError } from './postgres-problems.ts';
import { RECONNECT_DELAY_MS_MIN } from './writer-link.ts';

/** Connections a server reads with: its reads are short, and PostgreSQL's own limit is 100. */
const READ_CONNECTIONS_MAX = 8;

/** Reads change nothing and are repeated so long when a connection breaks. */
const READ_PATIENCE_MS = 2_000;

/** Sees one moment; read-only, so that PostgreSQL spends no transaction number on it. */
const BEGIN_SNAPSHOT = 'begin isolation level repeatable read, read only';

/** Answers queries. */
export interface ReadPool {
  /** Rows of a query. Rejects with an error whose `problem` is `unavailable` when out of reach. */
  readonly rows: (query: SqlText) => Promise<readonly unknown[]>;
  /** Rows of several queries, all of one moment. Rejects as `rows` does. */
  readonly rowsAtOnce: (queries: readonly SqlText[]) => Promise<readonly (readonly unknown[])[]>;
  readonly close: () => Promise<void>;
}

/** Makes a pool; it connects when it is first used. */
export function openReadPool(settings: ClientConfig): ReadPool {
  const pool = new Pool({ ...settings, max: READ_CONNECTIONS_MAX, pipeline: true });
  // A connection that breaks while idle is replaced when it is needed.
  pool.on('error', () => {});
  // The queries of one that breaks in use reject. The pool takes its own listener away before the
  // caller can add one, and PostgreSQL may end a connection in the packet in which it takes it.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    rows: (query) => patiently(async () => (await pool.query(toConfig(query))).rows),
    rowsAtOnce: (queries) => patiently(() => readAtOnce(pool, queries)),
    close: () => pool.end(),
  };
}

/**
 * Not prepared under a name: after a migration by another server, the prepared `select *` would
 * fail because it would answer with other columns.
 */
function toConfig({ sql, parameters }: SqlText) {
  return { text: sql, values: [...parameters] };
}

async function readAtOnce(pool: Pool, queries: readonly SqlText[]) {
  const client = await pool.connect();
  try {
    const rows = await readInTransaction(client, queries);
    client.release();
    return rows;
  } catch (cause) {
    client.release(true);
    throw cause;
  }
}

/** Sent in one go, without waiting for an answer in between. */
async function readInTransaction(client: PoolClient, queries: readonly SqlText[]) {
  const [, ...results] = await Promise.all([
    client.query(BEGIN_SNAPSHOT),
    ...queries.map((query) => client.query(toConfig(query))),
    client.query('commit'),
  ]);
  return results.slice(0, -1).map(({ rows }) => rows);
}

async function patiently<T>(read: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + READ_PATIENCE_MS;
  for (let delayMs = RECONNECT_DELAY_MS_MIN; ; delayMs *= 2) {
    try {
      return await read();
    } catch (cause) {
      const isWorthwhile = classifyFailure(cause) === 'connection';
      if (!isWorthwhile || performance.now() + delayMs > deadline) throw toReadError(cause);
    }
    await wait(delayMs);
  }
}
