/** What `backup` and `restore` have in common. */

/** A copy of a data directory, to a file or from one. */
interface CopyRequest {
  readonly kind: 'backup' | 'restore';
  readonly dataDir: string | undefined;
  readonly file: string;
  readonly store?: string;
}

/** What they do, once they are understood. */
export interface CopyActions {
  readonly copyDataDir: (request: CopyRequest) => Promise<void>;
}

/** The flag that names the data directory. */
export const DATA_DIR_FLAG = ['--data-dir <dir>', "The server's data directory"] as const;
