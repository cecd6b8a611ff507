/**
 * The user that QEMU runs as, where it is not the agent's: who breaks out of a guest into its QEMU
 * is then no root. Files that QEMU opens belong to this user and lie in directories that do not, so
 * that it cannot put links in the way of the agent. QEMU's own `-runas` opens files and sockets as
 * root first, and files that are plugged in later not at all.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  lstatSync,
  openSync,
  statSync,
} from 'node:fs';
import { err, ok, type Result } from '@novacron/contract/result';
import { PRIVATE_FILE_MODE } from '../../../secrets/private-files.ts';
import { passingTrouble, reasonOf } from './trouble.ts';

/** A user of the host. */
export interface VmUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The user that is taken where it exists and none was named. */
const VM_USER_DEFAULT = 'novacron-vm';

/**
 * Finds the user for QEMU. Only root can be another user.
 * @param named - what was asked for; `root` is the agent's own
 * @returns undefined for the agent's own user; a clause where the named one cannot be used
 */
export function findVmUser(named: string | undefined): Result<VmUser | undefined, string> {
  const isRoot = process.geteuid?.() === 0;
  if (named === undefined) return ok(isRoot ? lookUp(VM_USER_DEFAULT) : undefined);
  if (!isRoot) return err('only an agent that is root can run QEMU as another user');
  if (named === 'root') return ok(undefined);
  const found = lookUp(named);
  return found === undefined ? err(`there is no user ${named} on this host`) : ok(found);
}

/** Id of the user without files: Linux shows it for owners that have no id here (`overflowuid`). */
const OVERFLOW_UID = 65_534;

/**
 * Finds the user as whom `qemu-img` opens images of templates, which come from elsewhere.
 * @param vmUser - the user of QEMU, where it is not the agent's
 * @returns undefined for the agent's own user: one that is not root, or without a user 65534
 */
export function findImageUser(vmUser: VmUser | undefined): VmUser | undefined {
  if (vmUser !== undefined || process.geteuid?.() !== 0) return vmUser;
  return lookUp(String(OVERFLOW_UID));
}

/** Fields of passwd(5). */
const ENTRY = /^([^:]+):[^:]*:(\d+):(\d+):/;

/** @param key - name or id */
function lookUp(key: string): VmUser | undefined {
  const { stdout } = spawnSync('getent', ['passwd', key], { encoding: 'utf8' });
  const [, name = key, uid, gid] = ENTRY.exec(String(stdout ?? '')) ?? [];
  return uid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

/** The command that becomes a program as a user, with that user's groups and no privileges. */
export function commandAs(
  user: VmUser | undefined,
  command: { readonly program: string; readonly args: readonly string[] },
): { readonly program: string; readonly args: readonly string[] } {
  if (user === undefined) return command;
  const { program, args } = command;
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups'];
  const limits = ['--inh-caps=-all', '--no-new-privs'];
  return { program: 'setpriv', args: [...ids, ...limits, '--', program, ...args] };
}

/** Whether a user may do something with a file: `r`, `w` and `x`, as of test(1). */
export function mayUse(user: VmUser, rights: readonly ('r' | 'w' | 'x')[], path: string): boolean {
  return rights.every((right) => {
    const asked = commandAs(user, { program: 'test', args: [`-${right}`, path] });
    return spawnSync(asked.program, [...asked.args], { stdio: 'ignore' }).status === 0;
  });
}

/** Gives a file to the user; nothing without one. Throws a `retry` trouble where it cannot. */
export function giveFile(user: VmUser | undefined, path: string): void {
  if (user === undefined || !existsSync(path)) return;
  change(path, user, () => chownSync(path, user.uid, user.gid));
}

/**
 * Makes an empty file that only its user may read, unless something has that name: never through a
 * link, which a user could have put into a directory of its own.
 */
export function makeFile(user: VmUser | undefined, path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const file = openSync(path, 'wx', PRIVATE_FILE_MODE);
  try {
    if (user !== undefined) change(path, user, () => fchownSync(file, user.uid, user.gid));
  } finally {
    closeSync(file);
  }
}

/** Takes a file back, for the agent's user. */
export function takeFile(user: VmUser | undefined, path: string): void {
  if (user === undefined || !existsSync(path)) return;
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()];
  change(path, user, () => chownSync(path, uid, gid));
}

/**
 * Gives a file to the user for a while.
 * @returns gives it back; nothing where it was the user's before
 */
export function lendFile(user: VmUser, path: string): () => void {
  const { uid, gid } = statSync(path);
  if (uid === user.uid) return () => undefined;
  giveFile(user, path);
  return () => {
    if (existsSync(path)) change(path, user, () => chownSync(path, uid, gid));
  };
}

const GROUP_BITS = 0o070;
const GROUP_PASSES = 0o010;
const OTHERS_PASS = 0o001;
const MODE_BITS = 0o7777;

/**
 * Lets the user pass through a directory, without reading or changing what is in it: by the group
 * where no other one uses it.
 */
export function letThrough(user: VmUser | undefined, directory: string): void {
  if (user === undefined || !existsSync(directory)) return;
  const { mode, gid } = statSync(directory);
  if ((mode & OTHERS_PASS) !== 0 || (gid === user.gid && (mode & GROUP_PASSES) !== 0)) return;
  const isGroupUsed = gid !== user.gid && (mode & GROUP_BITS) !== 0;
  change(directory, user, () => {
    if (!isGroupUsed) chownSync(directory, -1, user.gid);
    chmodSync(directory, (mode & MODE_BITS) | (isGroupUsed ? OTHERS_PASS : GROUP_PASSES));
  });
}

const OTHERS_READ = 0o004;
const GROUP_READS = 0o040;
const OWNER_READS = 0o400;

/** Lets the user read a file that others use as well, such as the kernel of a template. */
export function letRead(user: VmUser | undefined, path: string): void {
  if (user === undefined || !existsSync(path)) return;
  const { mode, uid, gid } = statSync(path);
  if (uid === user.uid && (mode & OWNER_READS) !== 0) return;
  if ((mode & OTHERS_READ) !== 0 || (gid === user.gid && (mode & GROUP_READS) !== 0)) return;
  change(path, user, () => {
    chownSync(path, -1, user.gid);
    chmodSync(path, (mode & MODE_BITS) | GROUP_READS);
  });
}

function change(path: string, { name }: VmUser, act: () => void): void {
  try {
    act();
  } catch (cause) {
    throw passingTrouble(`The agent cannot give ${path} to ${name} (${reasonOf(cause)}).`, cause);
  }
}
