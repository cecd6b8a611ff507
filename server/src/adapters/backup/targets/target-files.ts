/** Files at a backup target: a flat list of names. */

/** A file at the target. */
export interface TargetFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/** Stores files under names of letters, digits, dots and hyphens. Everything may throw. */
export interface TargetFiles {
  /** Writes a file wholly or not at all. @param source - path of the bytes on this machine */
  readonly put: (name: string, source: string) => Promise<void>;
  /** Reads a file. @param target - path on this machine, which is created */
  readonly get: (name: string, target: string) => Promise<void>;
  /** @param prefix - of the names that are listed; absent: all */
  readonly list: (prefix?: string) => Promise<readonly TargetFile[]>;
  readonly remove: (names: readonly string[]) => Promise<void>;
}
