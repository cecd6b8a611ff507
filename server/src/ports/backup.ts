/** Copies of everything that a server with the embedded store keeps. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/** A backup to make or to bring back. */
export interface BackupRequest {
  /** Data directory of the server. */
  readonly dataDir: string;
  /** The backup itself: one file. */
  readonly file: string;
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
}
