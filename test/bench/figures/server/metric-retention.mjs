/**
 * Time that PostgreSQL takes to remove two days of samples of 4,000 VMs with seven metrics each: by
 * dropping partitions, against deleting the rows of a plain table.
 */
import { makePostgresSeries } from '@novacron/server/adapters/metric-series/postgres/make-postgres-series';
import { openPostgresSeries } from '@novacron/server/adapters/metric-series/postgres/open-postgres-series';
import { openPool, startCluster } from '../../postgres-cluster.mjs';
import { round } from '../../statistics.mjs';

const VMS = 4_000;
const BLOCK_VMS = 32;
const WINDOW_S = 1_800;
const DAY_S = 86_400;
const DAYS = 2;
/** A midnight. */
const START_S = 1_780_272_000;
/** Size of a chunk of seven series: 60 samples each, less than two bytes per sample. */
const CHUNK_BYTES = 7 * 60 * 1.8;
const MS_PER_S = 1_000;
const RATIO_GOAL = 10;

const ignore = () => undefined;
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

const PLAIN_TABLE = `
  create table plain_chunks (
    level smallint not null,
    target_key integer not null,
    window_s bigint not null,
    data bytea not null,
    primary key (level, target_key, window_s)
  );
  create index plain_chunks_by_window on plain_chunks (level, window_s, target_key);
  alter table plain_chunks alter column data set storage external;
  insert into plain_chunks select * from metric_chunks;
  analyze plain_chunks`;

const DELETE = `delete from plain_chunks where level = 0 and window_s >= $1 and window_s < $2
  and target_key >= $3 and target_key < $4`;

/** Measures the duration of work and the amount of PostgreSQL's log that it writes. */
async function measureWork(pool, work) {
  const before = await readLogBytes(pool);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / MS_PER_S;
  return { seconds, logMb: ((await readLogBytes(pool)) - before) / 2 ** 20 };
}

async function readLogBytes(pool) {
  const { rows } = await pool.query(
    "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes",
  );
  return rows[0].bytes;
}

/** Chunks of random bytes, as little compressible as real ones. */
async function fill(pool, database) {
  for (let window = START_S; window < START_S + DAYS * DAY_S; window += WINDOW_S) {
    const put = Array.from({ length: VMS }, (_, targetKey) => {
      const data = crypto.getRandomValues(new Uint8Array(CHUNK_BYTES));
      return { level: 0, window, targetKey, data };
    });
    await database.swap({ put });
  }
  await pool.query(PLAIN_TABLE);
}

/** A day of a block of VMs is a transaction: others wait for no longer one. */
async function deleteRows(pool) {
  for (let day = START_S; day < START_S + DAYS * DAY_S; day += DAY_S) {
    for (let first = 0; first < VMS; first += BLOCK_VMS) {
      await pool.query(DELETE, [day, day + DAY_S, first, first + BLOCK_VMS]);
    }
  }
}

async function measure({ progress }) {
  const cluster = await startCluster({ flushDelayMs: 0 });
  const url = await cluster.createDatabase();
  const series = await openPostgresSeries({ url, logger });
  const pool = await openPool(url, 3);
  try {
    const database = makePostgresSeries(pool);
    await fill(pool, database);
    progress(`${(VMS * DAYS * DAY_S) / WINDOW_S} chunks, twice`);
    const deleted = await measureWork(pool, () => deleteRows(pool));
    const vacuumed = await measureWork(pool, () => pool.query('vacuum plain_chunks'));
    const before = START_S + DAYS * DAY_S;
    const dropped = await measureWork(pool, () => database.removeOld('sample', before));
    const { rows } = await pool.query('select count(*)::int as left_over from metric_chunks');
    if (rows[0].left_over !== 0) throw new Error('chunks are left');
    const value = round((deleted.seconds + vacuumed.seconds) / dropped.seconds, 1);
    return {
      value,
      unit: 'ratio',
      goal: RATIO_GOAL,
      better: 'higher',
      ok: value >= RATIO_GOAL,
      delete_s: round(deleted.seconds, 2),
      vacuum_s: round(vacuumed.seconds, 2),
      drop_s: round(dropped.seconds, 3),
      rows_log_mb: round(deleted.logMb + vacuumed.logMb, 1),
      drop_log_mb: round(dropped.logMb, 2),
    };
  } finally {
    await pool.end();
    await series.close();
    await cluster.remove();
  }
}

export const figure = {
  name: 'metric-retention',
  summary: `removal of ${DAYS} days of ${VMS} VMs on PostgreSQL, by rows over by partition`,
  measure,
};
