/** Whether directories are on devices that dm-crypt encrypts, as the kernel says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** Layers of devices, such as LVM on dm-crypt on RAID; there is no circle among them. */
const LAYERS_MAX = 8;

/** The fields of `/proc/self/mountinfo` (proc(5)) up to the mount point. */
const MOUNT = /^\S+ \S+ (\d+:\d+) \S+ (\S+) /;

/**
 * Looks at the devices of directories.
 * @param root - the directory with `proc` and `sys`
 * @returns undefined where one is on no device of this host, such as a network file system
 */
export async function areEncrypted(
  root: string,
  directories: readonly string[],
): Promise<boolean | undefined> {
  const found = await Promise.all(directories.map((directory) => isEncrypted(root, directory)));
  return found.includes(undefined) ? undefined : found.every((each) => each === true);
}

async function isEncrypted(root: string, directory: string): Promise<boolean | undefined> {
  const devices = join(root, 'sys/dev/block');
  // A network file system may not answer: the main thread does not wait for it.
  const path = await realpath(directory).catch(() => undefined);
  if (path === undefined) return undefined;
  const device = deviceOf(join(root, 'proc/self/mountinfo'), path);
  if (device === undefined || !existsSync(join(devices, device))) return undefined;
  return isDeviceEncrypted(join(devices, device), LAYERS_MAX);
}

/** The device of the deepest mount above a directory, such as `253:0`. */
function deviceOf(mountinfo: string, directory: string): string | undefined {
  let deepest = { point: '', device: '' };
  for (const line of readLines(mountinfo)) {
    const [, device = '', escaped = ''] = MOUNT.exec(line) ?? [];
    const point = escaped.replaceAll('\\040', ' ');
    const isAbove = directory === point || directory.startsWith(point === '/' ? '/' : `${point}/`);
    if (isAbove && point.length >= deepest.point.length) deepest = { point, device };
  }
  return deepest.device === '' ? undefined : deepest.device;
}

/** All devices below one must be encrypted if it is not itself. */
function isDeviceEncrypted(device: string, layers: number): boolean {
  const [uuid = ''] = readLines(join(device, 'dm/uuid'));
  if (uuid.startsWith('CRYPT-')) return true;
  const below = join(device, 'slaves');
  const names = existsSync(below) ? readdirSync(below) : [];
  if (names.length === 0 || layers === 0) return false;
  return names.every((name) => isDeviceEncrypted(join(below, name), layers - 1));
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
