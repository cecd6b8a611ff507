/** Series in an SQLite file of their own: what is measured delays no commit of the store. */
import { existsSync, renameSync } from 'node:fs';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import SqliteDatabase from 'better-sqlite3';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import { createMetricSeries } from '../create-metric-series.ts';
import type { SeriesDatabase } from '../series-database.ts';
import { makeSqliteSeries } from './make-sqlite-series.ts';

/** Name of the file beside the store. */
export const SERIES_FILE = 'metrics.db';

/** The form of the file; one of another form is moved aside as a damaged one is. */
const FORM = 1;

/** Kept from blocking a request: nothing else writes the file. Unit: ms. */
const BUSY_TIMEOUT_MS = 1_000;

const TABLES = `
  create table if not exists targets (
    key integer primary key autoincrement,
    id text not null unique,
    tenant_id text not null,
    kind text not null
  );
  create table if not exists series (
    id integer primary key autoincrement,
    target_key integer not null,
    name text not null,
    source text not null,
    since_s integer not null,
    seen_s integer not null,
    unique (target_key, name)
  );
  create table if not exists open_rows (
    id integer primary key autoincrement,
    window_s integer not null,
    block integer not null,
    data blob not null
  );
  create index if not exists open_rows_by_window on open_rows (window_s, block);
  create table if not exists chunks (
    level integer not null,
    window_s integer not null,
    target_key integer not null,
    data blob not null,
    primary key (level, window_s, target_key)
  ) without rowid;
`;

/** What opening needs. */
export interface SqliteSeriesOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Opens the file, which is made if necessary. A damaged one is renamed to `metrics.db.damaged-…`,
 * which is logged, and an empty one takes its place: metrics are never why a server does not start.
 * A commit outlasts the process at once, and the machine some seconds later.
 */
export function openSqliteSeries(options: SqliteSeriesOptions): MetricSeries {
  const { path, clock, logger } = options;
  let current = openOrReplace(options);

  const database: SeriesDatabase = {
    findTargets: (ids) => current.findTargets(ids),
    addTargets: (targets) => current.addTargets(targets),
    findSeries: (keys) => current.findSeries(keys),
    addSeries: (series) => current.addSeries(series),
    touchSeries: (ids, seenS) => current.touchSeries(ids, seenS),
    addOpen: (rows) => current.addOpen(rows),
    readOpen: (block, from, to) => current.readOpen(block, from, to),
    oldestOpen: (before) => current.oldestOpen(before),
    readChunks: (range) => current.readChunks(range),
    oldestChunk: (level, before) => current.oldestChunk(level, before),
    swap: (swap) => current.swap(swap),
    kindsOf: (from, to) => current.kindsOf(from, to),
    forget: (vms, others) => current.forget(vms, others),
    countWritten: () => current.countWritten(),
    replaceIfDamaged: (cause) => {
      if (!isDamage(cause)) return false;
      current.closeNow();
      moveAside({ path, clock, logger }, cause);
      current = openFile(path);
      return true;
    },
    close: async () => current.closeNow(),
  };
  return createMetricSeries(database, logger);
}

function openOrReplace(options: SqliteSeriesOptions) {
  try {
    return openFile(options.path);
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    moveAside(options, cause);
    return openFile(options.path);
  }
}

/** A file of another form, as a later release may write. */
class OtherFormError extends Error {}

function openFile(path: string) {
  const file = new SqliteDatabase(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    file.pragma('journal_mode = wal');
    file.pragma('synchronous = normal');
    const form = file.pragma('user_version', { simple: true });
    if (form !== 0 && form !== FORM) throw new OtherFormError(`form ${String(form)} of metrics.db`);
    file.exec(TABLES);
    file.pragma(`user_version = ${FORM}`);
    return makeSqliteSeries(file);
  } catch (cause) {
    file.close();
    throw cause;
  }
}

/** `SQLITE_CORRUPT` has further codes behind it. */
function isDamage(cause: unknown): boolean {
  if (cause instanceof OtherFormError) return true;
  const code = cause instanceof SqliteDatabase.SqliteError ? cause.code : '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}

function moveAside({ path, clock, logger }: SqliteSeriesOptions, cause: unknown): void {
  const aside = `${path}.damaged-${clock.nowMs()}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  logger.error({ cause, path, aside }, 'the file of metrics is damaged: it was moved aside');
}
