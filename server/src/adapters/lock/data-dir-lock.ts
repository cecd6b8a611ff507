import { join } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import Database from 'better-sqlite3';

/** A data directory that belongs to this process until it lets go or dies. */
export interface DataDirLock {
  readonly release: () => void;
}

/**
 * Takes a data directory for one server. The lock is an exclusive transaction on a file of its own:
 * the operating system ends it with the process, so a killed server leaves nothing to clean up.
 */
export function lockDataDir(dataDir: string): Result<DataDirLock, Problem> {
  const database = new Database(join(dataDir, 'server.lock'), { timeout: 0 });
  try {
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(
      problem('unavailable', {
        detail: `Another server is running on the data directory ${dataDir} (${reason}).`,
        remedy: 'Stop it first, or give this one another --data-dir.',
      }),
    );
  }
  return ok({ release: () => database.close() });
}
