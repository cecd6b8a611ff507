/** Common parts of `backup` and `restore`. */

/** A copy of a data directory, to a file or from one. */
interface CopyRequest {
  readonly kind: 'backup' | 'restore';
  readonly dataDir: string | undefined;
  readonly file: string;
  readonly store?: string;
}

/** Actions of the parsed commands. */
export interface CopyActions {
  readonly copyDataDir: (request: CopyRequest) => Promise<void>;
}

/** The flag that names the data directory. */
export const DATA_DIR_FLAG = ['--data-dir <dir>', "The server's data directory"] as const;
