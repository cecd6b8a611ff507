/** `plan`: plans what a pull request affects, and reports it. */
import { ok, type Result } from '@novacron/contract/result';
import { type Refusal, refuse } from '../gitops/step/refusal.ts';
import { type LockPurpose, lockDirectory, unlockUnapplied } from './checkout/directory-locks.ts';
import type { AffectedDirectory } from './checkout/find-directories.ts';
import { planDirectory } from './directory/plan-directory.ts';
import {
  findBlocker,
  openProgress,
  openWorld,
  type Progress,
  type PullRequestContext,
  type PullRequestWorld,
  publish,
  requestOf,
} from './pull-request-world.ts';
import type { DirectoryResult } from './report/directory-result.ts';
import { planLines } from './report/render-section.ts';

/** What a command has done. */
export interface CommandResult {
  readonly lines: readonly string[];
  /** Why the command does not succeed; undefined: it does. */
  readonly failure: string | undefined;
}

/** @param only - name of the one directory to plan */
export async function planPullRequest(
  context: PullRequestContext,
  only?: string,
): Promise<Result<CommandResult, Refusal>> {
  const { pull } = context;
  if (!pull.isOpen) return refuse(`Pull request ${pull.number} is not open.`);
  const world = await openWorld(context);
  if (!world.ok) return world;
  const known = checkName(world.value, only);
  if (!known.ok) return known;
  const progress = openProgress(world.value);
  for (const directory of world.value.found.directories) {
    if (only !== undefined && directory.name !== only) continue;
    const planned = await planOne(world.value, directory, progress);
    if (!planned.ok) return planned;
    progress.set(directory.name, planned.value);
  }
  return finish(world.value, progress);
}

/** Whether a name is that of an affected directory. */
export function checkName(
  { found, pull }: PullRequestWorld,
  only: string | undefined,
): Result<void, Refusal> {
  const names = found.directories.map(({ name }) => name);
  if (only === undefined || names.includes(only)) return ok(undefined);
  const listed = names.length === 0 ? 'no directory' : names.join(', ');
  return refuse(`Pull request ${pull.number} does not affect ${only}; it affects ${listed}.`);
}

/** Plans a directory. Refused: what has nothing to do with the directory itself. */
export async function planOne(
  world: PullRequestWorld,
  directory: AffectedDirectory,
  progress: Progress,
): Promise<Result<DirectoryResult, Refusal>> {
  const blocker = findBlocker(directory, world.found, progress);
  if (blocker !== undefined) return ok({ state: 'waiting', on: blocker });
  const held = await holdLock(world, directory, 'plan');
  if (!held.ok) return held;
  if (held.value !== world.pull.number) return ok({ state: 'locked', holder: held.value });
  const plan = await planDirectory(requestOf(world, directory, 'plan'));
  if (!plan.ok) return ok({ state: 'failed', reason: plan.error.reason });
  for (const line of planLines(plan.value)) {
    world.io.stderr.write(`${directory.name}: ${world.host.mask(line)}\n`);
  }
  const denials = plan.value.review.findings.filter(
    ({ level, waiver }) => level === 'error' && waiver === undefined,
  );
  const [denial] = denials;
  if (denial !== undefined) {
    const reason = `${denial.policy} refuses ${denial.address}: ${denial.message}`;
    return ok({ state: 'failed', reason, plan: plan.value });
  }
  if (plan.value.changes.length > 0) return ok({ state: 'planned', plan: plan.value });
  const freed = await freeLock(world, directory);
  if (!freed.ok) return freed;
  if (freed.value) return ok({ state: 'unchanged', plan: plan.value });
  return ok({ state: 'applied', summary: 'nothing is left to apply' });
}

/** Locks a directory. A fork locks nothing. @returns the pull request that holds it */
export function holdLock(
  { checkout, pull, host }: PullRequestWorld,
  directory: AffectedDirectory,
  purpose: LockPurpose,
): Promise<Result<number, Refusal>> {
  if (pull.isFork) return Promise.resolve(ok(pull.number));
  const { isOpen } = host;
  return lockDirectory(checkout, { directory, number: pull.number, purpose, isOpen });
}

async function freeLock({ checkout, pull }: PullRequestWorld, { state }: AffectedDirectory) {
  if (pull.isFork) return ok(true);
  return unlockUnapplied(checkout, { number: pull.number, state });
}

/** Publishes what was done. */
export async function finish(
  world: PullRequestWorld,
  progress: Progress,
): Promise<Result<CommandResult, Refusal>> {
  const published = await publish(world, progress);
  if (!published.ok) return published;
  const lines = progress.lines().length === 0 ? ['No directory is affected.'] : progress.lines();
  if (published.value === 'outdated') {
    return ok({
      lines: [...lines, 'The pull request has a newer commit: nothing was written.'],
      failure: undefined,
    });
  }
  const bad = progress
    .results()
    .filter(([, { state }]) => state === 'failed' || state === 'locked')
    .map(([name]) => name);
  return ok({ lines, failure: bad.length === 0 ? undefined : `not done: ${bad.join(', ')}` });
}
