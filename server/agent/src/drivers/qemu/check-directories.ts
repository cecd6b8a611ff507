/** Whether the directories of a node can be used. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { makePrivateDir } from '../../secrets/private-files.ts';
import { findReadOnlyMount, remedyOfReadOnly } from '../../secrets/read-only-mount.ts';
import { longestName } from './files/directories.ts';
import { reasonOf } from './files/trouble.ts';
import { letThrough, mayUse, type VmUser } from './files/vm-user.ts';
import type { ClassDirectory } from './files/volume-storages.ts';

/** The directories, and the user that QEMU runs as. */
export interface UsedDirectories {
  readonly runDir: string;
  readonly storageDir: string;
  readonly vmUser?: VmUser | undefined;
  readonly volumeStorage?: ReadonlyMap<string, ClassDirectory> | undefined;
}

/** Path of a Unix socket, from unix(7), without the byte that ends it. */
const SOCKET_PATH_BYTES_MAX = 107;

/** @returns why one of them cannot be */
export function checkDirectories(options: UsedDirectories): Problem | undefined {
  const { runDir, storageDir, vmUser, volumeStorage } = options;
  const classes = [...(volumeStorage ?? [])];
  for (const [directory, what] of [
    [runDir, 'run'],
    [storageDir, 'storage'],
    ...classes.map(([name, { directory }]) => [directory, `volume (${name})`] as const),
  ] as const) {
    const refusal = tryToWrite(directory);
    if (!refusal.ok) return unusable(`${what} directory ${directory}`, directory, refusal.error);
    if (vmUser !== undefined && !passes(vmUser, directory)) {
      return problem('validation-failed', {
        detail: `QEMU runs as ${vmUser.name}, who cannot pass through to ${directory}.`,
        remedy:
          `Give each directory above it the group of ${vmUser.name} and its right to pass: ` +
          `chgrp ${vmUser.gid} DIR && chmod g+x DIR.`,
      });
    }
  }
  if (Buffer.byteLength(join(runDir, longestName(vmUser))) <= SOCKET_PATH_BYTES_MAX)
    return undefined;
  return problem('validation-failed', {
    detail: `The path of the run directory ${runDir} is too long for the sockets in it.`,
    remedy: 'Name a run directory, or a data directory around it, with a shorter path.',
  });
}

function passes(vmUser: VmUser, directory: string): boolean {
  letThrough(vmUser, directory);
  return mayUse(vmUser, ['x'], directory);
}

function unusable(what: string, directory: string, cause: unknown): Problem {
  const mountPoint = findReadOnlyMount(cause, directory);
  return problem('validation-failed', {
    detail: `The ${what} cannot be used: ${reasonOf(cause)}.`,
    remedy:
      mountPoint === undefined
        ? `Make it a directory that the agent's user may write to, or name another one.`
        : remedyOfReadOnly(mountPoint),
  });
}

function tryToWrite(directory: string): Result<undefined, unknown> {
  try {
    makePrivateDir(directory);
    accessSync(directory, constants.W_OK | constants.X_OK);
    return ok(undefined);
  } catch (cause) {
    return err(cause);
  }
}
