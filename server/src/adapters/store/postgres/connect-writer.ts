/**
 * A connection that writes groups. It has a row in `store_writers` that each of its groups numbers,
 * so that a later connection can find out whether a group was committed whose answer was lost, and
 * can keep it from being committed any more: see `findOutcome`.
 */
import { randomUUID } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';
import { REFERENCES_SQL, type References, toReferences } from './merge-statements.ts';
import { CONNECT_TIMEOUT_MS } from './postgres-settings.ts';

/** The table of connections that write; this adapter's own, hence no migration of all stores. */
export const WRITERS_TABLE = 'store_writers';

/** Makes the table; part of the transaction of the migrations. */
export const CREATE_WRITERS_TABLE = `create table if not exists ${WRITERS_TABLE} (
  id text primary key, group_no bigint not null, opened_at timestamptz not null default now())`;

/** Rows of servers that were killed go after this time; a connection this old gets a new one. */
const WRITER_ROW_DAYS = 7;

/**
 * Held by each group until it ends, on all servers: one group after another, so that guards on rows
 * that are not there hold, and no two groups can deadlock. Any number that no one else uses.
 */
export const GROUP_LOCK = 7480_01;

/** The last commits would be forgotten with `off`; what is stronger than `on` stays. */
const DURABLE = `select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') in ('off', 'local')`;

/**
 * Groups know the keys of the rows that they ask for. A statement that was planned while its table
 * was small must not read all of it, or join it as a whole, once it is big. Where no index helps,
 * the planner does so all the same, at a price that looks high enough to compile the statement.
 */
const BY_KEY = `select set_config(name, 'off', false) from unnest(
  array['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']) as name`;

/** An open connection and what is known of it. */
export interface WriterConnection {
  readonly client: Client;
  /** Its row in the table of writers. */
  readonly id: string;
  /** References between tables. */
  readonly references: References;
  /** Names of the statements that it has prepared, by their SQL. */
  readonly names: Map<string, string>;
  /** The number of its last group; the number of its last name. */
  readonly counts: { groups: number; names: number };
}

/**
 * Connects and makes the row.
 * @param settings - as for every connection
 * @param onLost - called once, when the connection is gone
 */
export async function connectWriter(
  settings: ClientConfig,
  onLost: () => void,
): Promise<WriterConnection> {
  const client = new Client({ ...settings, pipeline: true });
  // Errors go to the callers that wait for answers; `end` follows in any case.
  client.on('error', () => {});
  const id = randomUUID();
  try {
    await client.connect();
    const [found] = await within(client, CONNECT_TIMEOUT_MS, [
      client.query<{ readonly child: string; readonly parent: string }>(REFERENCES_SQL),
      client.query(DURABLE),
      client.query(BY_KEY),
      client.query(
        `delete from ${WRITERS_TABLE} where opened_at < now() - interval '${WRITER_ROW_DAYS} days'`,
      ),
      client.query(`insert into ${WRITERS_TABLE} (id, group_no) values ($1, 0)`, [id]),
    ]);
    const references = toReferences(found?.rows ?? []);
    client.once('end', onLost);
    return { client, id, references, names: new Map(), counts: { groups: 0, names: 0 } };
  } catch (cause) {
    hangUp(client);
    throw cause;
  }
}

/**
 * Finds out whether a group was committed on a lost connection. The holder of the lock knows
 * that the group has either ended or not yet begun; without its row it can no longer begin.
 * @param connection - another connection
 * @param group - the row of the lost one, and the number of the group
 */
export async function findOutcome(
  { client }: WriterConnection,
  group: { readonly id: string; readonly number: number; readonly timeoutMs: number },
): Promise<'committed' | 'undone'> {
  const [, , removed] = await within(client, group.timeoutMs, [
    client.query('begin'),
    client.query('select pg_advisory_xact_lock($1)', [GROUP_LOCK]),
    client.query(`delete from ${WRITERS_TABLE} where id = $1 returning group_no`, [group.id]),
    client.query('commit'),
  ]);
  return removed?.rows[0]?.group_no === group.number ? 'committed' : 'undone';
}

/** Says goodbye: removes the row and closes. */
export async function disconnectWriter({ client, id }: WriterConnection): Promise<void> {
  try {
    await within(client, CONNECT_TIMEOUT_MS, [
      client.query(`delete from ${WRITERS_TABLE} where id = $1`, [id]),
    ]);
    await client.end();
  } catch {
    // The row is removed with the old ones.
    hangUp(client);
  }
}

/** Ends a connection at once; pending queries reject. */
export function hangUp(client: Client): void {
  client.connection.stream.destroy();
}

/** Waits for answers, and hangs up if they do not come in time: all of them then reject. */
async function within<T>(
  client: Client,
  timeoutMs: number,
  answers: readonly Promise<T>[],
): Promise<readonly T[]> {
  const timer = setTimeout(() => hangUp(client), timeoutMs);
  try {
    return await Promise.all(answers);
  } finally {
    clearTimeout(timer);
  }
}
