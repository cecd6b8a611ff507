/** Series in an SQLite file of their own: what is measured delays no commit of the store. */
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import SqliteDatabase from 'better-sqlite3';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import { watchFiles } from '../../store/sqlite/guard-file.ts';
import { createMetricSeries } from '../create-metric-series.ts';
import type { SeriesDatabase } from '../series-database.ts';
import { makeSqliteSeries, type SqliteSeries } from './make-sqlite-series.ts';

/** Name of the file beside the store. */
export const SERIES_FILE = 'metrics.db';

/** The form of the file; one of another form is moved aside as a damaged one is. */
const FORM = 1;

/** For us alone, as the store: what tenants measure is none of other users of the machine. */
const FILE_MODE = 0o600;

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

/** Options of `openSqliteSeries`. */
export interface SqliteSeriesOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An open file, and whether it is still the one at its path. */
interface OpenFile extends SqliteSeries {
  readonly isInPlace: () => boolean;
}

/**
 * Opens the file, which is made if necessary. Metrics are never why a server does not start, and
 * each problem is logged. A damaged file is renamed to `metrics.db.damaged-…`, and an empty one
 * takes its place. One that was removed or replaced while it was open is left, and what is at its
 * path is opened instead. One that cannot be opened is tried again with every call, which is
 * refused meanwhile. A commit outlasts the process at once, and the machine some seconds later.
 */
export function openSqliteSeries(options: SqliteSeriesOptions): MetricSeries {
  const { path, logger } = options;
  let current: OpenFile | undefined;
  let isClosed = false;

  function file(): OpenFile {
    // Work that was under way when the server stopped must not open the file again.
    if (isClosed) throw new Error(`${path} is closed`);
    current ??= openOrReplace(options);
    if (!current.isInPlace()) throw new DisplacedFileError(`${path} is another file than before`);
    return current;
  }

  try {
    file();
  } catch (cause) {
    logger.error({ cause, path }, 'metrics are neither stored nor shown: they cannot be opened');
  }

  const database: SeriesDatabase = {
    findTargets: async (ids) => file().findTargets(ids),
    addTargets: async (targets) => file().addTargets(targets),
    findSeries: async (keys) => file().findSeries(keys),
    addSeries: async (series) => file().addSeries(series),
    touchSeries: async (ids, seenS) => file().touchSeries(ids, seenS),
    addOpen: async (rows) => file().addOpen(rows),
    readOpen: async (block, from, to) => file().readOpen(block, from, to),
    oldestOpen: async (before) => file().oldestOpen(before),
    openBlocks: async (from) => file().openBlocks(from),
    readChunks: async (range) => file().readChunks(range),
    nextWindow: async (level, from, to) => file().nextWindow(level, from, to),
    swap: async (swap) => file().swap(swap),
    rolledTargets: async () => file().rolledTargets(),
    removeOld: async (level, before) => file().removeOld(level, before),
    forget: async (vms, others) => file().forget(vms, others),
    countWritten: async () => file().countWritten(),
    replaceIfDamaged: (cause) => {
      const isDisplaced = cause instanceof DisplacedFileError;
      if (!isDisplaced && !isDamage(cause)) return false;
      current?.closeNow();
      // The next call tries again where this fails.
      current = undefined;
      if (isDisplaced) logger.error({ path }, 'the file of metrics was removed or replaced');
      else moveAside(options, cause);
      current = openOrReplace(options);
      return true;
    },
    close: async () => {
      isClosed = true;
      current?.closeNow();
    },
  };
  return createMetricSeries(database, logger);
}

/** Other files than the open ones, or none, are at the path: what is written there is lost. */
class DisplacedFileError extends Error {}

function openOrReplace(options: SqliteSeriesOptions): OpenFile {
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

function openFile(path: string): OpenFile {
  // Never open an existing file here, as the store does not: closing it would drop SQLite's locks.
  if (!existsSync(path)) closeSync(openSync(path, 'wx', FILE_MODE));
  const file = new SqliteDatabase(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    file.pragma('journal_mode = wal');
    file.pragma('synchronous = normal');
    const form = file.pragma('user_version', { simple: true });
    if (form !== 0 && form !== FORM) throw new OtherFormError(`form ${String(form)} of metrics.db`);
    file.exec(TABLES);
    file.pragma(`user_version = ${FORM}`);
    return { ...makeSqliteSeries(file), isInPlace: watchFiles(path) };
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
