/** What the commands work with: a pull request, its host and its checkout. */
import { ok, type Result } from '@novacron/contract/result';
import type { CliIo, Environment } from '../../io/cli-io.ts';
import { type Refusal, refuse } from '../gitops/step/refusal.ts';
import { type AffectedDirectories, findDirectories } from './checkout/find-directories.ts';
import { type Checkout, isBehind, openCheckout } from './checkout/open-checkout.ts';
import type { PlannedDirectory } from './checkout/read-settings.ts';
import type { CodeHost, CommitStatus, PullRequest } from './code-host/code-host.ts';
import type { DirectoryRequest } from './directory/open-directory.ts';
import type { PullRequestReport, ReportedDirectory } from './report/comment-body.ts';
import { type DirectoryResult, describeResult, isSettled } from './report/directory-result.ts';
import { publishReport, readReport } from './report/publish-report.ts';
import { renderSection, said } from './report/render-section.ts';

/** Surroundings of a command. */
export interface PullRequestContext {
  readonly io: CliIo;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly host: CodeHost;
  readonly pull: PullRequest;
  /** A directory of the checkout. */
  readonly root: string;
}

/** The same with what is planned. */
export interface PullRequestWorld extends PullRequestContext {
  readonly checkout: Checkout;
  readonly found: AffectedDirectories;
  /** The report on this head; without directories if there is none yet. */
  readonly before: PullRequestReport;
  /** The key of plans, which seals the report. */
  readonly key: string;
}

/** Opens the checkout, and reads what was reported before. */
export async function openWorld(
  context: PullRequestContext,
): Promise<Result<PullRequestWorld, Refusal>> {
  const { host, pull, root, env } = context;
  const { NOVACRON_API_KEY: key = '' } = env;
  if (key === '') return refuse('Set NOVACRON_API_KEY to the API key of plans.');
  const checkout = await openCheckout(root, context);
  if (!checkout.ok) return checkout;
  const found = await findDirectories(checkout.value, pull);
  if (!found.ok) return found;
  const reported = await readReport(host, pull.number, key);
  if (!reported.ok) return reported;
  const { commit } = checkout.value;
  const isCurrent = reported.value?.head === pull.head && reported.value.commit === commit;
  const directories = isCurrent ? reported.value.directories : [];
  const { target } = pull;
  const note = `Behind ${said(target)}: merge or rebase first, then plan again and apply.`;
  const before = {
    head: pull.head,
    commit,
    directories,
    ...(isBehind(checkout.value) ? { note } : {}),
  };
  return ok({ ...context, checkout: checkout.value, found: found.value, before, key });
}

/** A directory of it, to plan or to apply. */
export function requestOf(
  { checkout, found, pull, env, io, signal }: PullRequestWorld,
  directory: AffectedDirectories['directories'][number],
  purpose: DirectoryRequest['purpose'],
): DirectoryRequest {
  return { directory, found, checkout, isFork: pull.isFork, purpose, env, io, signal };
}

/** Results of directories by name; those of before stay until they are replaced. */
export interface Progress {
  readonly set: (name: string, result: DirectoryResult) => void;
  readonly stateOf: (name: string) => DirectoryResult['state'] | undefined;
  /** Lines about what was done now. */
  readonly lines: () => readonly string[];
  readonly directories: () => readonly ReportedDirectory[];
  readonly results: () => readonly (readonly [name: string, DirectoryResult])[];
}

/** Begins with what was reported before. */
export function openProgress({ before, found }: PullRequestWorld): Progress {
  const reported = new Map(before.directories.map((each) => [each.name, each]));
  const results = new Map<string, DirectoryResult>();
  return {
    set: (name, result) => {
      results.set(name, result);
      const { state } = result;
      const digest = state === 'planned' ? result.plan.digest : null;
      reported.set(name, { name, state, digest, section: renderSection(name, result) });
    },
    stateOf: (name) => reported.get(name)?.state,
    lines: () => [...results].map(([name, result]) => describeResult(name, result)),
    directories: () => found.directories.flatMap(({ name }) => reported.get(name) ?? []),
    results: () => [...results],
  };
}

/**
 * The directory that another one waits for: an affected one that it depends on, also by way of
 * others, and that is not planned yet or has changes. Undefined: none.
 */
export function findBlocker(
  { name, depends_on }: Pick<PlannedDirectory, 'name' | 'depends_on'>,
  found: Pick<AffectedDirectories, 'settings' | 'directories'>,
  { stateOf }: Pick<Progress, 'stateOf'>,
): string | undefined {
  const needed = new Set(depends_on);
  // Each comes after those that it depends on.
  for (const each of [...(found.settings.directories ?? [])].reverse()) {
    if (needed.has(each.name)) for (const other of each.depends_on) needed.add(other);
  }
  return found.directories.find((each) => {
    const state = stateOf(each.name);
    return each.name !== name && needed.has(each.name) && !(state && isSettled(state));
  })?.name;
}

/** Publishes results. @returns what is left to say */
export async function publish(
  { host, pull, before, key }: PullRequestWorld,
  progress: Progress,
): Promise<Result<'written' | 'outdated', Refusal>> {
  const directories = progress.directories();
  const report = { ...before, directories };
  return publishReport(host, pull, { report, status: statusOf(progress), key });
}

/** A directory that waits for one of the same pull request does not keep it from being merged. */
function statusOf(progress: Progress): CommitStatus {
  const directories = progress.directories();
  const has = (state: DirectoryResult['state']) => directories.some((each) => each.state === state);
  const results = new Map(progress.results());
  const lines = directories.map(({ name, state }) => {
    const result = results.get(name);
    return result === undefined ? `${name}: ${state}` : describeResult(name, result);
  });
  const description = lines.join('; ') || 'No directory is affected.';
  if (has('failed')) return { state: 'failure', description };
  return { state: has('locked') ? 'pending' : 'success', description };
}
