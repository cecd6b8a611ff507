/**
 * Locks of directories: refs of the remote, one for each state. They name the pull request that
 * holds them, and say whether it has applied anything. A push that expects the earlier value of a
 * ref is atomic at every host, and in bare repositories.
 */
import { ok, type Result } from '@novacron/contract/result';
import type { Git } from '../../gitops/git/open-git.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';
import type { AffectedDirectory } from './find-directories.ts';
import { REMOTE } from './open-checkout.ts';

const PREFIX = 'refs/novacron/locks/';
const SUBJECT = /^pull request (\d+)( \(applied\))?: (.+)$/;

/** The lock of a directory. */
interface DirectoryLock {
  /** Name of the directory. */
  readonly name: string;
  readonly ref: string;
  /** The commit that the ref names. */
  readonly id: string;
  /** Pull request that holds it; undefined for a ref that NovaCron has not made. */
  readonly holder: number | undefined;
  /** Whether the holder has applied: another pull request would undo that until it is merged. */
  readonly isApplied: boolean;
}

/** What a pull request does with a directory. */
export type LockPurpose = 'plan' | 'apply';

/** Another run may free or take a lock between two looks at it. */
const ATTEMPTS_MAX = 3;

/**
 * Locks a directory, unless an open pull request has locked it.
 * @param purpose - `apply` is recorded, and kept by later plans
 * @returns the number of the pull request that holds it afterwards
 */
export async function lockDirectory(
  { run }: Pick<Git, 'run'>,
  {
    directory,
    number,
    purpose,
    isOpen,
  }: {
    readonly directory: Pick<AffectedDirectory, 'name' | 'state'>;
    readonly number: number;
    readonly purpose: LockPurpose;
    readonly isOpen: (number: number) => Promise<Result<boolean, Refusal>>;
  },
): Promise<Result<number, Refusal>> {
  const made = await makeLock({ run }, directory.name, { number, purpose });
  if (!made.ok) return made;
  const ref = refOf(directory.state);
  let said = '';
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const locks = await listLocks({ run });
    if (!locks.ok) return locks;
    const lock = locks.value.find((each) => each.ref === ref);
    if (lock?.holder === number && (lock.isApplied || purpose === 'plan')) return ok(number);
    if (lock?.holder !== undefined && lock.holder !== number) {
      const open = await isOpen(lock.holder);
      if (!open.ok) return open;
      if (open.value) return ok(lock.holder);
    }
    const lease = `--force-with-lease=${ref}:${lock?.id ?? ''}`;
    const pushed = await run(['push', '--quiet', lease, REMOTE, `${made.value}:${ref}`]);
    if (pushed.code === 0) return ok(number);
    said = pushed.stderr;
  }
  return refuse(`Git cannot push the lock ${ref}: ${said}`);
}

/** Frees what a pull request has locked. @returns the names of the directories */
export async function unlockDirectories(
  { run }: Pick<Git, 'run'>,
  { number, only }: { readonly number: number; readonly only?: string | undefined },
): Promise<Result<readonly string[], Refusal>> {
  const locks = await listLocks({ run });
  if (!locks.ok) return locks;
  const freed = locks.value.filter(
    ({ holder, name }) => holder === number && (only === undefined || only === name),
  );
  for (const lock of freed) {
    const deleted = await deleteLock({ run }, lock);
    if (!deleted.ok) return deleted;
  }
  return ok(freed.map(({ name }) => name));
}

/** Frees a directory, unless its pull request has applied it. @returns whether it is free */
export async function unlockUnapplied(
  { run }: Pick<Git, 'run'>,
  { state, number }: { readonly state: string; readonly number: number },
): Promise<Result<boolean, Refusal>> {
  const locks = await listLocks({ run });
  if (!locks.ok) return locks;
  const lock = locks.value.find(({ ref, holder }) => ref === refOf(state) && holder === number);
  if (lock === undefined) return ok(true);
  if (lock.isApplied) return ok(false);
  const deleted = await deleteLock({ run }, lock);
  return deleted.ok ? ok(true) : deleted;
}

async function deleteLock(
  { run }: Pick<Git, 'run'>,
  { ref, id }: DirectoryLock,
): Promise<Result<void, Refusal>> {
  const lease = `--force-with-lease=${ref}:${id}`;
  const pushed = await run(['push', '--quiet', lease, REMOTE, `:${ref}`]);
  if (pushed.code === 0) return ok(undefined);
  return refuse(`Git cannot delete the lock ${ref}: ${pushed.stderr}`);
}

async function listLocks({ run }: Pick<Git, 'run'>) {
  const refspec = `+${PREFIX}*:${PREFIX}*`;
  const fetched = await run(['fetch', '--quiet', '--no-tags', '--prune', REMOTE, refspec]);
  if (fetched.code !== 0) return refuse(`Git cannot fetch the locks: ${fetched.stderr}`);
  const format = '--format=%(refname) %(objectname) %(contents:subject)';
  const listed = await run(['for-each-ref', format, PREFIX]);
  if (listed.code !== 0) return refuse(`Git cannot list the locks: ${listed.stderr}`);
  const lines = listed.stdout.toString('utf8').split('\n').slice(0, -1);
  return ok(
    lines.map((line): DirectoryLock => {
      const [ref = '', id = '', ...subject] = line.split(' ');
      const [, number, applied, name = ''] = SUBJECT.exec(subject.join(' ')) ?? [];
      const holder = number === undefined ? undefined : Number(number);
      return { ref, id, name, holder, isApplied: applied !== undefined };
    }),
  );
}

/** Makes the commit that a lock names. */
async function makeLock(
  { run }: Pick<Git, 'run'>,
  name: string,
  { number, purpose }: { readonly number: number; readonly purpose: LockPurpose },
): Promise<Result<string, Refusal>> {
  const tree = await run(['mktree'], { stdin: '' });
  const identity = ['-c', 'user.name=NovaCron', '-c', 'user.email=novacron@localhost'];
  const applied = purpose === 'apply' ? ' (applied)' : '';
  const message = `pull request ${number}${applied}: ${name}\n`;
  const id = tree.stdout.toString('utf8').trim();
  const made = await run([...identity, 'commit-tree', id], { stdin: message });
  if (made.code !== 0) return refuse(`Git cannot make a lock: ${tree.stderr} ${made.stderr}`);
  return ok(made.stdout.toString('utf8').trim());
}

/** Dots are encoded: a ref has no `..` and no `.lock` at its end. */
function refOf(state: string): string {
  return `${PREFIX}${state.replaceAll('.', '%2e')}`;
}
