/** Series in the database of the store: every server reads what any of them has written. */
import type { TlsVersion } from '@novacron/contract/link-tls';
import { assert } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import { Pool } from 'pg';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import { toClientConfig } from '../../store/postgres/postgres-settings.ts';
import { createMetricSeries } from '../create-metric-series.ts';
import { lockTables } from './chunk-partitions.ts';
import { inTransaction } from './in-transaction.ts';
import { makePostgresSeries } from './make-postgres-series.ts';

/** Connections of a server: one writes most of the time, and queries are short. */
const CONNECTIONS_MAX = 3;

const TABLES = `
  create table if not exists metric_targets (
    key integer primary key generated always as identity,
    id text not null unique,
    tenant_id text not null,
    kind text not null
  );
  create table if not exists metric_series (
    id integer primary key generated always as identity,
    target_key integer not null,
    name text not null,
    source text not null,
    since_s bigint not null,
    seen_s bigint not null,
    unique (target_key, name)
  );
  create table if not exists metric_open_rows (
    id bigint primary key generated always as identity,
    window_s bigint not null,
    block integer not null,
    data bytea not null
  );
  create index if not exists metric_open_rows_by_window on metric_open_rows (window_s, block);
`;

const CHUNKS_TABLE = `
  create table if not exists metric_chunks (
    level smallint not null,
    target_key integer not null,
    window_s bigint not null,
    data bytea not null,
    primary key (level, target_key, window_s)
  ) partition by range (level, window_s);
  create index if not exists metric_chunks_by_window on metric_chunks (level, window_s, target_key);
  -- Chunks are compressed already.
  alter table metric_chunks alter column data set storage external;
`;

/** Options of `openPostgresSeries`. */
export interface PostgresSeriesOptions {
  /** URL of the store. */
  readonly url: string;
  readonly tlsMinVersion?: TlsVersion | undefined;
  readonly logger: Logger;
}

/**
 * Opens series, making their tables where there are none. They are no tables of the store: a backup
 * of it does not need them. Rejects where the database is out of reach or refuses the tables.
 */
export async function openPostgresSeries(options: PostgresSeriesOptions): Promise<MetricSeries> {
  const { url, tlsMinVersion, logger } = options;
  const settings = toClientConfig(url, tlsMinVersion);
  assert(settings !== undefined, 'the store was opened by the same URL');
  const pool = new Pool({ ...settings, max: CONNECTIONS_MAX });
  // A connection that breaks while idle is replaced when it is needed.
  pool.on('error', () => {});
  try {
    await makeTables(pool);
  } catch (cause) {
    await pool.end();
    throw cause;
  }
  return createMetricSeries(makePostgresSeries(pool), logger);
}

async function makeTables(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await lockTables(client);
    await client.query(TABLES);
    await client.query(CHUNKS_TABLE);
  });
}
