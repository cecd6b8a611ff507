/**
 * Partitions of the table of chunks: one for each part of a level, made when the first chunk of the
 * part before is written, and dropped as a whole. Dropping takes no time for each row, leaves no
 * dead rows behind, and gives the room back at once.
 */
import type { Pool, PoolClient } from 'pg';
import type { LevelName, StoredChunk } from '../series-database.ts';
import { LEVEL_NAMES, LEVELS, PART_S, windowOf } from '../series-times.ts';
import { inTransaction } from './in-transaction.ts';

/** Servers make and drop tables one after the other, under this number. */
const TABLES_LOCK = 7_316_402_951;

/** Queries that wait behind a server that waits to drop a partition wait no longer. */
const DROP_WAIT_MS = 1_000;

/** PostgreSQL says so where a row belongs to a partition that does not exist. */
const CHECK_VIOLATION = '23514';

const NAME_PATTERN = /^metric_chunks_(\d)_(\d+)$/;

/** A part of a level. */
interface Part {
  readonly level: LevelName;
  /** Its first window. */
  readonly from: number;
}

/** Attributes that assign a chunk to a partition. */
type Place = Pick<StoredChunk, 'level' | 'window'>;

/** Partitions to drop. */
export interface DropRange {
  /** Those that end before this window. */
  readonly before: number;
  /** A part that still has chunks of one of these targets stays, unless they are of hours. */
  readonly rolledTargets: readonly number[];
}

/** The partitions, as one server knows them. */
export interface ChunkParts {
  /** Does work that writes chunks, to partitions that are made where they are missing. */
  readonly withParts: (chunks: readonly Place[], write: () => Promise<void>) => Promise<void>;
  /** Drops old partitions. Rejects where others use them for long. */
  readonly drop: (level: LevelName, range: DropRange) => Promise<void>;
}

/** Creates what a server knows of the partitions of its database. */
export function createParts(pool: Pool): ChunkParts {
  /** Names of partitions that were there; another server may have dropped old ones. */
  const known = new Set<string>();

  async function ensure(chunks: readonly Place[]): Promise<void> {
    const names = new Set(chunks.flatMap(partsOf).map(nameOf));
    if ([...names].every((name) => known.has(name))) return;
    await inTransaction(pool, async (client) => {
      await lockTables(client);
      await makePartitions(client, chunks);
    });
    for (const name of names) known.add(name);
  }

  return {
    withParts: async (chunks, write) => {
      await ensure(chunks);
      try {
        await write();
      } catch (cause) {
        if (!isPartMissing(cause)) throw cause;
        known.clear();
        await ensure(chunks);
        await write();
      }
    },
    drop: async (level, { before, rolledTargets }) => {
      for (const name of await readNames(pool)) {
        const part = parseName(name);
        if (part?.level !== level || part.from + PART_S[level] > before) continue;
        const keys = level === 'hour' ? [] : rolledTargets;
        await inTransaction(pool, (client) => dropPartition(client, part, keys));
        known.delete(name);
      }
    },
  };
}

/** Locks out other servers that make or drop tables, until the transaction ends. */
export async function lockTables(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [TABLES_LOCK]);
}

/**
 * Makes the partitions that chunks belong to, and the next one of each level: a write seldom waits
 * for a table. To be called under the lock of tables.
 */
async function makePartitions(client: PoolClient, chunks: readonly Place[]): Promise<void> {
  const there = new Set(await readNames(client));
  for (const part of chunks.flatMap(partsOf)) {
    const name = nameOf(part);
    if (there.has(name)) continue;
    there.add(name);
    const level = LEVELS[part.level];
    const to = part.from + PART_S[part.level];
    // A table that is attached locks out no one, unlike one that is made as a partition.
    await client.query(`
      create table ${name} (like metric_chunks including all);
      alter table metric_chunks attach partition ${name}
        for values from (${level}, ${part.from}) to (${level}, ${to})`);
  }
}

/** The part of a chunk, and the one behind it. */
function partsOf({ level, window }: Place): readonly Part[] {
  const name = LEVEL_NAMES[level] ?? 'sample';
  const from = windowOf(window, PART_S[name]);
  return [
    { level: name, from },
    { level: name, from: from + PART_S[name] },
  ];
}

function nameOf({ level, from }: Part): string {
  return `metric_chunks_${LEVELS[level]}_${from}`;
}

function parseName(name: string): Part | undefined {
  const [, level, from] = NAME_PATTERN.exec(name) ?? [];
  const levelName = LEVEL_NAMES[Number(level)];
  return levelName === undefined ? undefined : { level: levelName, from: Number(from) };
}

async function readNames(client: Pick<Pool, 'query'>): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid ' +
      "where inhparent = 'metric_chunks'::regclass order by relname",
  );
  return rows.map(({ name }) => name);
}

/** Drops a partition, unless it has chunks of these targets or another server has dropped it. */
async function dropPartition(
  client: PoolClient,
  part: Part,
  rolledTargets: readonly number[],
): Promise<void> {
  const name = nameOf(part);
  await lockTables(client);
  await client.query(`set local lock_timeout = ${DROP_WAIT_MS}`);
  // In this order, in which queries lock them, too.
  await client.query('lock table only metric_chunks in access exclusive mode');
  if (!(await readNames(client)).includes(name)) return;
  const { rowCount } = await client.query(
    `select from ${name} where level = $1 and target_key = any($2::int[]) limit 1`,
    [LEVELS[part.level], rolledTargets],
  );
  if (rowCount === 0) await client.query(`drop table ${name}`);
}

function isPartMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === CHECK_VIOLATION;
}
