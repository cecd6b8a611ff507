/** The checkout that a pipeline has made. Files are read from its objects, not from its tree. */
import { ok, type Result } from '@novacron/contract/result';
import type { Environment } from '../../../io/cli-io.ts';
import type { Git } from '../../gitops/git/open-git.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';
import { runProgram } from '../../gitops/step/run-program.ts';
import type { PullRequest } from '../code-host/code-host.ts';

/** A checkout. */
export interface Checkout extends Pick<Git, 'run'> {
  readonly root: string;
  /** The commit to plan. */
  readonly commit: string;
  /** The last commit of the target branch. */
  readonly target: string;
  /** Where the branches of the pull request parted. */
  readonly base: string;
}

const RUN_MS_MAX = 300_000;
const OUTPUT_BYTES_MAX = 64 * 2 ** 20;

/** The branch that the pull request changes, as it is at the remote. */
const TARGET = 'refs/novacron/target';

/**
 * Opens it. Of a fork, the head is planned: what is checked out may be a later commit without a
 * review. Of others, it is what is checked out, such as the merge with the target branch.
 * @param root - a directory of it
 * @returns refused: a checkout that has not the head of the pull request, or not its history
 */
export async function openCheckout(
  root: string,
  {
    env,
    signal,
    pull: { head, target, isFork },
  }: {
    readonly env: Environment;
    readonly signal: AbortSignal;
    readonly pull: Pick<PullRequest, 'head' | 'target' | 'isFork'>;
  },
): Promise<Result<Checkout, Refusal>> {
  const run = runIn(root, env, signal);
  const found = await run(['rev-parse', '--verify', 'HEAD^{commit}']);
  if (found.code !== 0) return refuse(`This is not a checkout of a repository: ${found.stderr}`);
  const own = found.stdout.toString('utf8').trim();
  const contains = await run(['merge-base', '--is-ancestor', head, own]);
  if (contains.code !== 0) {
    return refuse(
      `The checkout is at ${own}, which does not contain ${head}, the head of the pull ` +
        'request. Check out the pull request with its whole history.',
    );
  }
  const refspec = `+refs/heads/${target}:${TARGET}`;
  const fetched = await run(['fetch', '--quiet', '--no-tags', REMOTE, refspec]);
  if (fetched.code !== 0) return refuse(`Git cannot fetch ${target}: ${fetched.stderr}`);
  const commit = isFork ? head : own;
  const last = await run(['rev-parse', '--verify', TARGET]);
  const parted = await run(['merge-base', TARGET, commit]);
  if (parted.code !== 0) {
    return refuse(`${commit} and ${target} have no common commit. Check out the whole history.`);
  }
  const [tip, base] = [last, parted].map(({ stdout }) => stdout.toString('utf8').trim());
  return ok({ run, root, commit, target: tip ?? '', base: base ?? '' });
}

/** Whether the target branch has commits that the pull request would take back. */
export function isBehind({ base, target }: Pick<Checkout, 'base' | 'target'>): boolean {
  return base !== target;
}

/** Runs Git in a directory, with what the pipeline has set up for it. */
export function runIn(root: string, env: Environment, signal: AbortSignal): Git['run'] {
  const known = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const common = {
    program: 'git',
    cwd: root,
    env: { ...Object.fromEntries(known), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C.UTF-8' },
    timeoutMs: RUN_MS_MAX,
    outputBytesMax: OUTPUT_BYTES_MAX,
    killSignal: signal,
  };
  return (args, options = {}) =>
    runProgram({ ...common, args: ['-c', 'core.hooksPath=/dev/null', ...args], ...options });
}

/** Name of the remote that has the pull request and the locks. */
export const REMOTE = 'origin';

/** The paths that differ between two commits. */
export async function listChanged({
  run,
  base,
  commit,
}: Checkout): Promise<Result<readonly string[], Refusal>> {
  const listed = await run(['diff-tree', '-r', '-z', '--no-renames', '--name-only', base, commit]);
  if (listed.code !== 0) return refuse(`Git cannot compare the commits: ${listed.stderr}`);
  return ok(listed.stdout.toString('utf8').split('\0').slice(0, -1));
}
