/** The rows of series in PostgreSQL. */
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type {
  ChunkRange,
  ChunkSwap,
  OpenRow,
  SeriesDatabase,
  StoredChunk,
  StoredSeries,
  StoredTarget,
} from '../series-database.ts';
import { createParts } from './chunk-partitions.ts';
import { inTransaction } from './in-transaction.ts';

const FIND_SERIES = `select id, target_key as "targetKey", name, source, since_s as "sinceS",
  seen_s as "seenS" from metric_series where target_key = any($1::int[]) order by name collate "C"`;

const ADD_SERIES = `insert into metric_series (target_key, name, source, since_s, seen_s)
  select * from unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
  on conflict do nothing`;

const READ_CHUNKS = `select level, window_s as "window", target_key as "targetKey", data
  from metric_chunks where level = $1 and window_s >= $2 and window_s < $3
  and target_key >= $4 and target_key < $5 order by window_s, target_key`;

const REMOVE_CHUNKS = `delete from metric_chunks where level = $1 and window_s >= $2
  and window_s < $3 and target_key >= $4 and target_key < $5`;

const PUT_CHUNKS = `insert into metric_chunks (level, window_s, target_key, data)
  select * from unnest($1::smallint[], $2::bigint[], $3::int[], $4::bytea[])
  on conflict (level, target_key, window_s) do update set data = excluded.data`;

const FORGET_SERIES = `delete from metric_series using metric_targets
  where metric_targets.key = metric_series.target_key
  and seen_s < case when kind = 'vm' then $1::bigint else $2::bigint end`;

const FORGET_TARGETS = `delete from metric_targets where not exists
  (select 1 from metric_series where metric_series.target_key = metric_targets.key)`;

/** Makes the database of a pool of connections. */
export function makePostgresSeries(pool: Pool): SeriesDatabase {
  /** Rows have the columns of their statement, which the driver cannot know. */
  async function rows<Row>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return (await pool.query<Row & QueryResultRow>(sql, [...values])).rows;
  }

  async function change(sql: string, values: readonly unknown[]): Promise<number> {
    return (await pool.query(sql, [...values])).rowCount ?? 0;
  }

  const rolledTargets = async () =>
    (
      await rows<{ key: number }>(
        "select key from metric_targets where kind <> 'vm' order by key",
        [],
      )
    ).map(({ key }) => key);

  const parts = createParts(pool);

  return {
    findTargets: (ids) =>
      rows<StoredTarget>(
        'select key, id, tenant_id as "tenantId", kind from metric_targets ' +
          'where id = any($1::text[])',
        [ids],
      ),
    addTargets: async (targets) => {
      const columns = [
        targets.map(({ id }) => id),
        targets.map(({ tenantId }) => tenantId),
        targets.map(({ kind }) => kind),
      ];
      await change(
        'insert into metric_targets (id, tenant_id, kind) ' +
          'select * from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing',
        columns,
      );
    },
    findSeries: (keys) => rows<StoredSeries>(FIND_SERIES, [keys]),
    addSeries: (series) =>
      change(ADD_SERIES, [
        series.map(({ targetKey }) => targetKey),
        series.map(({ name }) => name),
        series.map(({ source }) => source),
        series.map(({ sinceS }) => sinceS),
        series.map(({ seenS }) => seenS),
      ]),
    touchSeries: (ids, seenS) =>
      change(
        'update metric_series set seen_s = greatest(seen_s, $2::bigint) where id = any($1::int[])',
        [ids, seenS],
      ),
    addOpen: async (open) => {
      await change(
        'insert into metric_open_rows (window_s, block, data) ' +
          'select * from unnest($1::bigint[], $2::int[], $3::bytea[])',
        [
          open.map(({ window }) => window),
          open.map(({ block }) => block),
          open.map(({ data }) => toBuffer(data)),
        ],
      );
    },
    readOpen: (block, from, to) =>
      rows<OpenRow>(
        'select id, window_s as "window", data from metric_open_rows ' +
          'where window_s >= $1 and window_s < $2 and block = $3 order by id',
        [from, to, block],
      ),
    oldestOpen: async (before) => {
      const [first] = await rows<{ window: number; block: number }>(
        'select window_s as "window", block from metric_open_rows where window_s < $1 ' +
          'order by window_s, block limit 1',
        [before],
      );
      return first;
    },
    openBlocks: (from) =>
      rows<{ window: number; block: number }>(
        'select distinct window_s as "window", block from metric_open_rows where window_s >= $1',
        [from],
      ),
    readChunks: (range) => rows<StoredChunk>(READ_CHUNKS, valuesOf(range)),
    nextWindow: async (level, from, to) => {
      const [first] = await rows<{ window: number }>(
        'select window_s as "window" from metric_chunks ' +
          'where level = $1 and window_s >= $2 and window_s < $3 order by window_s limit 1',
        [level, from, to],
      );
      return first?.window;
    },
    swap: (swap) =>
      parts.withParts(swap.put, () => inTransaction(pool, (client) => swapChunks(client, swap))),
    rolledTargets,
    removeOld: async (level, before) => {
      await parts.drop(level, { before, rolledTargets: await rolledTargets() });
      return false;
    },
    forget: async (vmsBeforeS, othersBeforeS) => {
      const forgotten = await change(FORGET_SERIES, [vmsBeforeS, othersBeforeS]);
      if (forgotten > 0) await change(FORGET_TARGETS, []);
      return forgotten;
    },
    countWritten: async () => {
      const found = await rows<{ tenantId: string; count: number }>(
        'select tenant_id as "tenantId", count(*) as count from metric_series ' +
          'join metric_targets on metric_targets.key = metric_series.target_key ' +
          "where source = 'written' group by 1",
        [],
      );
      return new Map(found.map(({ tenantId, count }) => [tenantId, count]));
    },
    // What is wrong with a server of PostgreSQL is for its operators.
    replaceIfDamaged: () => false,
    close: () => pool.end(),
  };
}

async function swapChunks(client: PoolClient, { put, closed, removed }: ChunkSwap): Promise<void> {
  if (removed !== undefined) await client.query(REMOVE_CHUNKS, [...valuesOf(removed)]);
  if (put.length > 0) {
    await client.query(PUT_CHUNKS, [
      put.map(({ level }) => level),
      put.map(({ window }) => window),
      put.map(({ targetKey }) => targetKey),
      put.map(({ data }) => toBuffer(data)),
    ]);
  }
  if (closed === undefined) return;
  await client.query('delete from metric_open_rows where id = any($1::bigint[])', [closed]);
}

function valuesOf({ level, from, to, targetFrom, targetTo }: ChunkRange): readonly number[] {
  return [level, from, to, targetFrom, targetTo];
}

/** The driver writes only buffers as bytes. */
function toBuffer(data: Uint8Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
