/** Copies of everything that a server with the embedded store keeps. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { BackupTarget } from './backups.ts';

/** The principal of what a restore puts into a store, such as holds. */
export const RESTORE_PRINCIPAL = 'restore';

/** A backup to make or to bring back. */
export interface BackupRequest {
  /** Data directory of the server. */
  readonly dataDir: string;
  /** The backup itself: one file. */
  readonly file: string;
}

/** A moment of a backup at a target to bring back. */
export interface TargetRestore {
  /** Data directory to create. */
  readonly dataDir: string;
  readonly target: BackupTarget;
  /** The newest moment that is not later than this; undefined: the newest one. Unit: ms. */
  readonly latestMs: number | undefined;
}

/** Result of a backup, as lines for people. */
export interface BackupReport {
  readonly lines: readonly string[];
}

/** Makes backups and brings them back. */
export interface BackupTool {
  /**
   * Copies the data directory of a server that may be running, as of one moment: every write that
   * was answered before the call is in the copy.
   * Problems: `not-found` without a store, `conflict` when the file exists, `unavailable`.
   */
  readonly backUp: (request: BackupRequest) => Promise<Result<BackupReport, Problem>>;
  /**
   * Makes a data directory from a backup, wholly or not at all.
   * Problems: `not-found` without the file, `conflict` when the directory is not empty or a server
   * runs on it, `validation-failed` when the file is damaged, is not a backup, or is one of a newer
   * release, `unavailable`.
   */
  readonly restore: (request: BackupRequest) => Promise<Result<BackupReport, Problem>>;
  /** The same from a target; `not-found` if it has no such moment. */
  readonly restoreFromTarget: (request: TargetRestore) => Promise<Result<BackupReport, Problem>>;
}
