/** One process at a time on a directory: for agents, and for the server. */
import { join } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import Database from 'better-sqlite3';
import { makePrivateDir, makePrivateFile } from '../secrets/private-files.ts';
import { findReadOnlyMount, remedyOfReadOnly } from '../secrets/read-only-mount.ts';

/** A data directory that belongs to this process until it lets go or dies. */
export interface DataDirLock {
  readonly release: () => void;
}

/** Process that locks the directory; each kind has a lock of its own, such as `agent.lock`. */
export type LockHolder = 'agent' | 'runner' | 'server';

/** A directory, and how messages name it. */
interface LockedDirectory {
  readonly directory: string;
  readonly holder: LockHolder;
  readonly words: string;
  readonly flag: string;
}

/** Takes a data directory. As {@link lockDirectory}. */
export function lockDataDir(directory: string, holder: LockHolder): Result<DataDirLock, Problem> {
  return lockDirectory({ directory, holder, words: 'data directory', flag: '--data-dir' });
}

/**
 * Makes a directory where there is none, and takes it for one process. The lock is an
 * exclusive transaction on a file of its own: the operating system ends it with the process, so a
 * killed process leaves nothing to clean up.
 * @returns `unavailable` when another one holds it or it cannot be written
 */
export function lockDirectory(locked: LockedDirectory): Result<DataDirLock, Problem> {
  let database: Database.Database | undefined;
  try {
    makePrivateDir(locked.directory);
    const path = join(locked.directory, `${locked.holder}.lock`);
    makePrivateFile(path);
    const opened = new Database(path, { timeout: 0 });
    database = opened;
    opened.pragma('journal_mode = DELETE');
    opened.exec('BEGIN EXCLUSIVE');
    return ok({ release: () => opened.close() });
  } catch (cause) {
    database?.close();
    return err(isBusy(cause) ? held(locked) : unusable(locked, cause));
  }
}

/** Checks the code: two copies of the library have separate error classes. */
function isBusy(cause: unknown): boolean {
  return String(Object(cause).code).startsWith('SQLITE_BUSY');
}

function held({ holder, words, directory, flag }: LockedDirectory): Problem {
  return problem('unavailable', {
    detail: `Another ${holder} is running on the ${words} ${directory}.`,
    remedy: `Stop it first, or set another ${flag}.`,
    data: { reason: 'held' },
  });
}

function unusable({ words, directory, flag }: LockedDirectory, cause: unknown): Problem {
  const { message } = Object(cause);
  const mountPoint = findReadOnlyMount(cause, directory);
  return problem('unavailable', {
    detail: `The ${words} ${directory} cannot be used: ${message ?? cause}.`,
    remedy:
      mountPoint === undefined
        ? `Set ${flag} to a directory that this user may write, and check the disk.`
        : remedyOfReadOnly(mountPoint),
  });
}
