/** Folds as much of the write-ahead log into the file as nobody reads any more. */
import type SqliteDatabase from 'better-sqlite3';

/** Waits for nobody. The log keeps what could not be folded, for the next time. */
export function foldLog(database: SqliteDatabase.Database): void {
  try {
    database.pragma('wal_checkpoint(passive)');
  } catch {
    // Such as a full disk: what was committed is safe in the log.
  }
}
