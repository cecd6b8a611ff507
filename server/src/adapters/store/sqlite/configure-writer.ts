/** Sets up a connection that writes to a SQLite store. */
import { assert } from '@novacron/contract/result';
import type SqliteDatabase from 'better-sqlite3';

/** The log of changes shrinks to this after a burst: enough for thousands of changes in between. */
const WAL_SIZE_MIB_MAX = 64;

/**
 * Pages that the log holds before they are written to the file, about 16 MB; the default is 1,000.
 * A burst fills that many in a dozen groups, most of them the same pages again, and each time the
 * writer waits for another flush. More than 4,096 would take readers a second look-up. A server's
 * log is folded earlier, see `log-folder.ts`.
 */
export const WAL_PAGES_MAX = 4_000;

const MIB = 1024 ** 2;

/** @param sizeMibMax - size at which the store is full; undefined: the disk decides. Unit: MiB */
export function configureWriter(
  writer: SqliteDatabase.Database,
  sizeMibMax: number | undefined,
): void {
  writer.pragma('journal_mode = wal');
  // The build's own default for WAL is NORMAL, which forgets the last commits when power fails.
  writer.pragma('synchronous = full');
  writer.pragma('foreign_keys = on');
  writer.pragma(`wal_autocheckpoint = ${WAL_PAGES_MAX}`);
  writer.pragma(`journal_size_limit = ${WAL_SIZE_MIB_MAX * MIB}`);
  if (sizeMibMax === undefined) return;
  assert(Number.isSafeInteger(sizeMibMax) && sizeMibMax > 0, 'a size limit is a count of MiB');
  const pageSize = Number(writer.pragma('page_size', { simple: true }));
  writer.pragma(`max_page_count = ${Math.floor((sizeMibMax * MIB) / pageSize)}`);
}
