/** Backups of a running server: a whole copy now and then, and its changes every few seconds. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/** Place where backups are stored, away from the server's disk. */
export type BackupTarget =
  | { readonly kind: 'directory'; readonly path: string }
  | {
      readonly kind: 's3';
      /** Origin of the service, without a slash at its end. */
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      /** Empty, or ends with a slash. */
      readonly prefix: string;
      readonly credentials: {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken: string | undefined;
      };
    }
  | {
      readonly kind: 'sftp';
      readonly user: string;
      readonly host: string;
      readonly port: number;
      readonly path: string;
      readonly identityFile: string | undefined;
      readonly knownHostsFile: string | undefined;
    };

/** A backup at the target: a whole copy with the changes that were added to it. */
export interface StoredBackup {
  readonly id: string;
  readonly startedAtMs: number;
  /** The moments to which it can be restored, ascending; the first is the whole copy's. */
  readonly momentsMs: readonly number[];
  readonly sizeBytes: number;
  /** The last verification; undefined: none yet. */
  readonly verified: { readonly atMs: number; readonly outcome: 'passed' | 'failed' } | undefined;
}

/** A moment that was added. */
export interface SavedMoment {
  readonly backupId: string;
  readonly atMs: number;
  /** Bytes that were sent. */
  readonly sizeBytes: number;
}

/** What a verification found. */
export type Verification =
  | { readonly outcome: 'passed'; readonly asOfMs: number }
  | { readonly outcome: 'failed'; readonly reason: string };

/** Backups at a target. Problems of all: `unavailable`, which names the target. */
export interface TargetBackups {
  readonly kind: 'target';
  /**
   * Adds the present moment: every write that was answered before the call is in it.
   * @param extent - `changes`: to the backup that this process began, or to a new one
   */
  readonly save: (extent: 'whole' | 'changes') => Promise<Result<SavedMoment, Problem>>;
  /** Oldest first. */
  readonly list: () => Promise<Result<readonly StoredBackup[], Problem>>;
  /** Restores the newest moment of a backup to scratch, and checks every byte of it. */
  readonly verify: (id: string) => Promise<Result<Verification, Problem>>;
  readonly remove: (ids: readonly string[]) => Promise<Result<void, Problem>>;
  readonly close: () => Promise<void>;
}

/** Backups that the database makes of itself. */
export interface DatabaseBackups {
  readonly kind: 'database';
  /** Time of the last log segment that was archived; undefined: none was. Unit: ms. */
  readonly lastArchivedMs: () => Promise<number | undefined>;
  readonly close: () => Promise<void>;
}

/** What backs up the store of a server. */
export type Backups = TargetBackups | DatabaseBackups;
