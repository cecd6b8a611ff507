/**
 * Locks of directories: refs of the remote, which name the pull request that holds them. A push
 * that expects the earlier value of a ref is atomic at every host, and in bare repositories.
 */
import { ok, type Result } from '@novacron/contract/result';
import type { Git } from '../../gitops/git/open-git.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';
import { REMOTE } from './open-checkout.ts';
import type { PlannedDirectory } from './read-settings.ts';

const PREFIX = 'refs/novacron/locks/';
const SUBJECT = /^pull request (\d+): (.+)$/;

/** The lock of a directory. */
interface DirectoryLock {
  /** Name of the directory. */
  readonly name: string;
  readonly ref: string;
  /** The commit that the ref names. */
  readonly id: string;
  /** Pull request that holds it; undefined for a ref that NovaCron has not made. */
  readonly holder: number | undefined;
}

/** Another run may free or take a lock between two looks at it. */
const ATTEMPTS_MAX = 3;

/**
 * Locks a directory, unless an open pull request has locked it.
 * @returns the number of the pull request that holds it afterwards
 */
export async function lockDirectory(
  { run }: Pick<Git, 'run'>,
  {
    directory,
    number,
    isOpen,
  }: {
    readonly directory: Pick<PlannedDirectory, 'name' | 'path'>;
    readonly number: number;
    readonly isOpen: (number: number) => Promise<Result<boolean, Refusal>>;
  },
): Promise<Result<number, Refusal>> {
  const made = await makeLock({ run }, directory.name, number);
  if (!made.ok) return made;
  const ref = refOf(directory.path);
  let said = '';
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const locks = await listLocks({ run });
    if (!locks.ok) return locks;
    const lock = locks.value.find((each) => each.ref === ref);
    if (lock?.holder === number) return ok(number);
    if (lock?.holder !== undefined) {
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
  for (const { ref, id } of freed) {
    const lease = `--force-with-lease=${ref}:${id}`;
    const pushed = await run(['push', '--quiet', lease, REMOTE, `:${ref}`]);
    if (pushed.code !== 0) return refuse(`Git cannot delete the lock ${ref}: ${pushed.stderr}`);
  }
  return ok(freed.map(({ name }) => name));
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
      const [, number, name = ''] = SUBJECT.exec(subject.join(' ')) ?? [];
      return { ref, id, name, holder: number === undefined ? undefined : Number(number) };
    }),
  );
}

/** Makes the commit that a lock names. */
async function makeLock(
  { run }: Pick<Git, 'run'>,
  name: string,
  number: number,
): Promise<Result<string, Refusal>> {
  const tree = await run(['mktree'], { stdin: '' });
  const identity = ['-c', 'user.name=NovaCron', '-c', 'user.email=novacron@localhost'];
  const message = `pull request ${number}: ${name}\n`;
  const id = tree.stdout.toString('utf8').trim();
  const made = await run([...identity, 'commit-tree', id], { stdin: message });
  if (made.code !== 0) return refuse(`Git cannot make a lock: ${tree.stderr} ${made.stderr}`);
  return ok(made.stdout.toString('utf8').trim());
}

/** One name, since a ref and a ref below it cannot both exist. */
function refOf(path: string): string {
  return `${PREFIX}${[...Buffer.from(path || '.')].map(encodeByte).join('')}`;
}

function encodeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[\w-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
}
