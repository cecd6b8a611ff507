/** File systems that cannot be written because they are mounted so, or the kernel made them so. */
import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/** The fifth field of a line is a mount point, in which spaces are octal: proc_pid_mountinfo(5). */
const MOUNT_POINT = /^(?:\S+ ){4}(\S+) /gm;

/**
 * Finds the mount point to be blamed for a call that was refused.
 * @param cause - what the call threw
 * @param path - what was to be written; it need not exist
 * @returns undefined where the file system is not read-only
 */
export function findReadOnlyMount(cause: unknown, path: string): string | undefined {
  if (Object(cause).code !== 'EROFS') return undefined;
  const real = nearestReal(path);
  const above = readMountPoints().filter((point) => point === '/' || isWithin(real, point));
  return above.toSorted((left, right) => right.length - left.length)[0] ?? '/';
}

/** Says how a directory of the agent becomes writable, in sentences. */
export function remedyOfReadOnly(mountPoint: string): string {
  const quoted = JSON.stringify(mountPoint);
  return (
    `As root, run: mount -o remount,rw ${quoted}. Where the agent is a service of systemd, give its ` +
    `unit ReadWritePaths=${mountPoint} instead. The kernel also makes a file system read-only after ` +
    'an error of its disk: dmesg says so.'
  );
}

/** The path, or the nearest one above it that is there, without symbolic links. */
function nearestReal(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === dirname(path) ? path : nearestReal(dirname(path));
  }
}

function readMountPoints(): readonly string[] {
  const text = readFileSync('/proc/self/mountinfo', 'utf8');
  return [...text.matchAll(MOUNT_POINT)].map(([, point = '']) =>
    point.replaceAll(/\\(\d{3})/g, (_all, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
