import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The longest path of a unix socket that all systems bind (104 bytes with the closing zero on
 * macOS). Node 20 cuts longer ones silently, and the host then finds nothing at the path.
 */
export const SOCKET_PATH_BYTES_MAX = 103;

/** The directory with the shortest name that every unix has. */
const SHORT_DIRECTORY = '/tmp';

const PREFIX = 'novacron-';

/** `mkdtemp` replaces six characters; `/s` is the socket. */
const SUFFIX_BYTES = '/'.length + PREFIX.length + 'XXXXXX'.length + '/s'.length;

/** A fresh directory that only this user can enter, and the socket's path in it. */
export interface SocketDirectory {
  readonly directory: string;
  readonly socketPath: string;
}

/**
 * Makes a place for the socket.
 * @param wanted - where the host wants sockets to be; the system's temporary directory without it
 */
export function createSocketDirectory(wanted: string | undefined): SocketDirectory {
  const directory = mkdtempSync(join(chooseParent([wanted, tmpdir()]), PREFIX));
  return { directory, socketPath: join(directory, 's') };
}

/** The first directory whose sockets have paths that can be bound. */
export function chooseParent(candidates: readonly (string | undefined)[]): string {
  const fits = (directory: string) =>
    Buffer.byteLength(directory) + SUFFIX_BYTES <= SOCKET_PATH_BYTES_MAX;
  return candidates.find((directory) => directory && fits(directory)) ?? SHORT_DIRECTORY;
}
