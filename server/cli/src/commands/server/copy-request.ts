/** Common parts of `backup` and `restore`. */

/** A copy of a data directory, to a file or from one. */
export interface CopyRequest {
  readonly kind: 'backup' | 'restore';
  readonly dataDir?: string;
  /** A backup file; for a restore also a backup target. */
  readonly file: string;
  /** Database that a restore writes the store to. */
  readonly store?: string;
  /** Latest time of the data that is restored. */
  readonly at?: string;
  readonly credentialsFile?: string;
}

/** Actions of the parsed commands. */
export interface CopyActions {
  readonly copyDataDir: (request: CopyRequest) => Promise<void>;
}

/** The flag that names the data directory. */
export const DATA_DIR_FLAG = ['--data-dir <dir>', "The server's data directory"] as const;
