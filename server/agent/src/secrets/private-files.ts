/** Files of an agent are for its own user: journals and keys contain what guests alone may know. */
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Mode of files that others must not read. */
export const PRIVATE_FILE_MODE = 0o600;

const PRIVATE_DIR_MODE = 0o700;

/** Permissions of group and others on a file. */
const OTHERS = 0o077;
/** The same for a directory; QEMU passes through, as a user of its group. */
const OTHERS_OF_DIRECTORY = 0o067;

/**
 * Makes a directory for its owner alone, and those above it where they are missing. One at a time:
 * Node.js reports a read-only file system as a missing directory where it makes several.
 */
export function makePrivateDir(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(path);
  if (above !== path) makePrivateDir(above);
  try {
    mkdirSync(path, { mode: PRIVATE_DIR_MODE });
  } catch (cause) {
    // Another process may have made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw cause;
  }
}

/**
 * Makes an empty file for its owner alone, unless it exists. SQLite gives the mode of a database to
 * the files that it makes beside it.
 */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE_MODE));
}

/**
 * Takes away what group and others may do with a directory and everything in it, which earlier
 * releases left to the umask.
 * @returns the paths that were changed
 */
export function tightenFiles(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return [directory, ...paths].filter(tighten);
}

function tighten(path: string): boolean {
  const stat = statSync(path);
  const others = stat.isDirectory() ? OTHERS_OF_DIRECTORY : OTHERS;
  if ((stat.mode & others) === 0) return false;
  chmodSync(path, stat.mode & 0o777 & ~OTHERS);
  return true;
}
