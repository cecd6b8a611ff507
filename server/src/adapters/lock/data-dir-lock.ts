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
  let database: Database.Database | undefined;
  try {
    const opened = new Database(join(dataDir, 'server.lock'), { timeout: 0 });
    database = opened;
    opened.pragma('journal_mode = DELETE');
    opened.exec('BEGIN EXCLUSIVE');
    return ok({ release: () => opened.close() });
  } catch (cause) {
    database?.close();
    return err(isBusy(cause) ? held(dataDir) : unusable(dataDir, cause));
  }
}

/** By the code: two copies of the library in one process have an error class each. */
function isBusy(cause: unknown): boolean {
  const hasCode = typeof cause === 'object' && cause !== null && 'code' in cause;
  return hasCode && String(cause.code).startsWith('SQLITE_BUSY');
}

function held(dataDir: string): Problem {
  return problem('unavailable', {
    detail: `Another server is running on the data directory ${dataDir}.`,
    remedy: 'Stop it first, or give this one another --data-dir.',
  });
}

function unusable(dataDir: string, cause: unknown): Problem {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return problem('unavailable', {
    detail: `The data directory ${dataDir} cannot be locked: ${reason}.`,
    remedy: 'Give a directory that this user may write, on a disk that has room, with --data-dir.',
  });
}
