/** `apply`: applies what the comment shows, once the pull request is approved. */
import { ok, type Result } from '@novacron/contract/result';
import { type Refusal, refuse } from '../gitops/step/refusal.ts';
import type { AffectedDirectory } from './checkout/find-directories.ts';
import { isBehind } from './checkout/open-checkout.ts';
import { applyDirectory } from './directory/plan-directory.ts';
import { type CommandResult, checkName, finish, holdLock, planOne } from './plan-pull-request.ts';
import {
  findBlocker,
  openProgress,
  openWorld,
  type Progress,
  type PullRequestContext,
  type PullRequestWorld,
  requestOf,
} from './pull-request-world.ts';
import type { DirectoryResult } from './report/directory-result.ts';

/**
 * Applies directories in their order; those that waited for them are planned afterwards.
 * @param only - name of the one directory to apply
 */
export async function applyPullRequest(
  context: PullRequestContext,
  only?: string,
): Promise<Result<CommandResult, Refusal>> {
  const allowed = await checkApproval(context);
  if (!allowed.ok) return allowed;
  const world = await openWorld(context);
  if (!world.ok) return world;
  const known = checkName(world.value, only);
  if (!known.ok) return known;
  if (isBehind(world.value.checkout)) {
    const { number, target } = context.pull;
    return refuse(
      `Pull request ${number} is behind ${target}, and an apply could take back what ` +
        `was merged there. Merge ${target} into it or rebase it, and plan again.`,
    );
  }
  const { found, before } = world.value;
  const chosen = found.directories.filter(({ name }) => only === undefined || name === only);
  const digests = new Map(before.directories.map(({ name, digest }) => [name, digest]));
  if (chosen.every(({ name }) => (digests.get(name) ?? null) === null)) {
    return refuse(
      'Nothing that the comment shows for this commit is to be applied, or a person has edited ' +
        'the comment. Plan first: novacron plan.',
    );
  }
  const progress = openProgress(world.value);
  for (const directory of chosen) {
    const digest = digests.get(directory.name);
    if (digest == null) continue;
    const applied = await applyOne(world.value, { directory, digest, progress });
    if (!applied.ok) return applied;
    progress.set(directory.name, applied.value);
  }
  for (const directory of found.directories) {
    if (progress.stateOf(directory.name) !== 'waiting') continue;
    const planned = await planOne(world.value, directory, progress);
    if (!planned.ok) return planned;
    progress.set(directory.name, planned.value);
  }
  return finish(world.value, progress);
}

async function checkApproval({ host, pull }: PullRequestContext): Promise<Result<void, Refusal>> {
  const { number, isOpen, isFork, obstacle } = pull;
  if (!isOpen) return refuse(`Pull request ${number} is not open.`);
  if (isFork) {
    return refuse(
      `Pull request ${number} is from a fork, which is never applied. Merge it, and apply the ` +
        'target branch; or push its commits to a branch of this repository.',
    );
  }
  if (obstacle !== undefined)
    return refuse(`Pull request ${number} cannot be merged: ${obstacle}.`);
  const approved = await host.isApproved(pull);
  if (!approved.ok) return approved;
  if (approved.value) return ok(undefined);
  return refuse(
    `Pull request ${number} is not approved: a person who may write, other than its author, has ` +
      'to approve its last commit, and no request for changes may be open.',
  );
}

async function applyOne(
  world: PullRequestWorld,
  {
    directory,
    digest,
    progress,
  }: {
    readonly directory: AffectedDirectory;
    readonly digest: string;
    readonly progress: Progress;
  },
): Promise<Result<DirectoryResult, Refusal>> {
  const blocker = findBlocker(directory, world.found, progress);
  if (blocker !== undefined) return ok({ state: 'waiting', on: blocker });
  const held = await holdLock(world, directory, 'plan');
  if (!held.ok) return held;
  if (held.value !== world.pull.number) return ok({ state: 'locked', holder: held.value });
  const now = await world.host.readPullRequest(world.pull.number);
  if (!now.ok) return now;
  if (now.value.head !== world.pull.head || !now.value.isOpen) {
    return ok({ state: 'failed', reason: 'The pull request has changed: it was not applied.' });
  }
  const applied = await applyDirectory(requestOf(world, directory, 'apply'), {
    digest,
    // An apply that fails may have changed something.
    begin: async () => {
      const kept = await holdLock(world, directory, 'apply');
      if (!kept.ok || kept.value === world.pull.number) return kept;
      return refuse(`Pull request ${kept.value} has locked the state meanwhile: plan again.`);
    },
  });
  if (applied.ok) return ok({ state: 'applied', summary: applied.value });
  return ok({ state: 'failed', reason: applied.error.reason });
}
