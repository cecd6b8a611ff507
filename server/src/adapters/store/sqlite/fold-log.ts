/** Checkpoints the part of the write-ahead log that no reader needs any more. */
import type SqliteDatabase from 'better-sqlite3';

/** Does not wait for readers. What could not be folded stays in the log for the next time. */
export function foldLog(database: SqliteDatabase.Database): void {
  try {
    database.pragma('wal_checkpoint(passive)');
  } catch {
    // Such as a full disk: what was committed is safe in the log.
  }
}
