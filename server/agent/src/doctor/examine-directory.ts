/** Examines a directory without making it. */
import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { mayUse, type VmUser } from '../drivers/qemu/files/vm-user.ts';
import { findReadOnlyMount } from '../secrets/read-only-mount.ts';
import type { DirectoryFinding } from './host-findings.ts';

/** Numbers of file systems, from statfs(2). */
const MEMORY_TYPES = new Set([0x01021994, 0x858458f6]);
const SHARED_TYPES = new Set([
  0x6969, // NFS
  0xfe534d42, // SMB2
  0xff534d42, // CIFS
  0x00c36400, // Ceph
  0x65735546, // FUSE, such as GlusterFS
  0x01161970, // GFS2
  0x7461636f, // OCFS2
  0x0bd00bd0, // Lustre
]);

/**
 * Examines it. Of one that is not there, the nearest directory above it counts.
 * @param vmUser - who has to pass through to it, where that is not the agent's user
 */
export function examineDirectory(path: string, vmUser?: VmUser | undefined): DirectoryFinding {
  const nearest = nearestThere(path);
  const state = nearest === path ? 'there' : 'to be made';
  const { trouble, readOnlyMount } = examineWriting(nearest, path);
  const { type, bavail, bsize } = statfsSync(nearest);
  let fileSystem: DirectoryFinding['fileSystem'] = 'local';
  if (MEMORY_TYPES.has(type)) fileSystem = 'memory';
  else if (SHARED_TYPES.has(type)) fileSystem = 'shared';
  const direct = trouble === undefined && opensDirectly(nearest) ? 'yes' : 'no';
  const barrier = vmUser === undefined ? undefined : findBarrier(vmUser, dirname(path));
  return {
    path,
    state,
    trouble,
    readOnlyMount,
    barrier,
    freeBytes: bavail * bsize,
    fileSystem,
    direct,
  };
}

function nearestThere(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestThere(dirname(path));
}

/** The agent lets the user into the directory itself, and makes those above it for itself alone. */
function findBarrier(vmUser: VmUser, directory: string): string | undefined {
  const above = directory === dirname(directory) ? undefined : dirname(directory);
  const earlier = above === undefined ? undefined : findBarrier(vmUser, above);
  if (earlier !== undefined) return earlier;
  return mayUse(vmUser, ['x'], directory) ? undefined : directory;
}

function examineWriting(
  nearest: string,
  path: string,
): Pick<DirectoryFinding, 'trouble' | 'readOnlyMount'> {
  const fine = { trouble: undefined, readOnlyMount: undefined };
  if (!statSync(nearest).isDirectory()) {
    return { ...fine, trouble: `${nearest} is not a directory` };
  }
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return fine;
  } catch (cause) {
    const readOnlyMount = findReadOnlyMount(cause, nearest);
    const what = nearest === path ? 'it' : `${path} cannot be made, because ${nearest}`;
    const why =
      readOnlyMount === undefined
        ? 'is not writable for this user'
        : 'is on a read-only file system';
    return { trouble: `${what} ${why}`, readOnlyMount };
  }
}

function opensDirectly(directory: string): boolean {
  const file = join(directory, `.novacron-doctor-${randomUUID()}`);
  try {
    closeSync(openSync(file, constants.O_CREAT | constants.O_WRONLY | constants.O_DIRECT, 0o600));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(file, { force: true });
  }
}
