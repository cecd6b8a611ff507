/** Failures of the disk under a database. */
import Database from 'better-sqlite3';

/**
 * Distinguishes a disk failure from a bug.
 * @param cause - what was thrown
 * @returns the name of the trouble, such as `SQLITE_FULL` or `EACCES`; undefined if it is none
 */
export function databaseTroubleOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined;
  if (cause instanceof Database.SqliteError) return cause.code;
  // A failed system call names itself beside its code.
  if ('syscall' in cause && 'code' in cause) return String(cause.code);
  return 'cause' in cause ? databaseTroubleOf(cause.cause) : undefined;
}
