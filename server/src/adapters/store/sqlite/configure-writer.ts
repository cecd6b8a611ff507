/** Sets up a connection that writes to a SQLite store. */
import { assert } from '@novacron/contract/result';
import type SqliteDatabase from 'better-sqlite3';

/** The log of changes shrinks to this after a burst: enough for thousands of changes in between. */
const WAL_SIZE_MIB_MAX = 64;

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
  writer.pragma(`journal_size_limit = ${WAL_SIZE_MIB_MAX * MIB}`);
  if (sizeMibMax === undefined) return;
  assert(Number.isSafeInteger(sizeMibMax) && sizeMibMax > 0, 'a size limit is a count of MiB');
  const pageSize = Number(writer.pragma('page_size', { simple: true }));
  writer.pragma(`max_page_count = ${Math.floor((sizeMibMax * MIB) / pageSize)}`);
}
