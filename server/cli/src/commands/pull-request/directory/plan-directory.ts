/** What a directory would change: the plan, and what policies, drift and prices say about it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitopsChange } from '@novacron/contract/automation/gitops-step';
import { ok, type Result } from '@novacron/contract/result';
import { readPlan } from '../../../terraform/read-plan.ts';
import { makeAnnotation } from '../../drift/annotate-plan.ts';
import type { Annotation } from '../../drift/model.ts';
import { applyPlan } from '../../gitops/apply-step.ts';
import { listTree, readEntries } from '../../gitops/git/read-tree.ts';
import { isWithin } from '../../gitops/source/find-used-paths.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';
import { withServer } from '../../gitops/step/with-server.ts';
import { describeDiagnostic } from '../../gitops/terraform/diagnostics.ts';
import { digestShownPlan, readChanges } from '../../gitops/terraform/read-changes.ts';
import type { Review } from '../../policy/review/report/review-model.ts';
import { makeReview } from '../../policy/review/review-policies.ts';
import { type DirectoryRequest, type OpenedDirectory, withDirectory } from './open-directory.ts';

/** The plan of a directory, as a reviewer sees it. */
export interface DirectoryPlan {
  /** Of the changes as they are shown. */
  readonly digest: string;
  readonly changes: readonly GitopsChange[];
  /** Warnings of the plan: effects such as restarts, and policies that only warn. */
  readonly warnings: readonly string[];
  readonly review: Review;
  readonly annotation: Annotation;
}

/** Plans it. */
export function planDirectory(request: DirectoryRequest): Promise<Result<DirectoryPlan, Refusal>> {
  return withDirectory(request, (opened) => describePlan(request, opened));
}

/**
 * Plans it again and applies that plan. Refused: changes that differ from those that were shown.
 * @param begin - called before anything is changed
 * @returns what was done, in words
 */
export function applyDirectory(
  request: DirectoryRequest,
  {
    digest,
    begin,
  }: { readonly digest: string; readonly begin: () => Promise<Result<unknown, Refusal>> },
): Promise<Result<string, Refusal>> {
  return withDirectory(request, async ({ context, terraform, made }) => {
    if (digestShownPlan(made.plan) !== digest) {
      return refuse('The changes are others than those of the comment: plan again.');
    }
    const begun = await begin();
    if (!begun.ok) return begun;
    const applied = await applyPlan(context, terraform, made.file);
    if (!applied.ok) return applied;
    const { create, update, delete: deleted } = applied.value;
    return ok(`${create} created, ${update} updated, ${deleted} deleted`);
  });
}

async function describePlan(
  request: DirectoryRequest,
  { context, made: { plan, warnings } }: OpenedDirectory,
): Promise<Result<DirectoryPlan, Refusal>> {
  const { checkout, directory, io, isFork } = request;
  const text = JSON.stringify(plan);
  const read = readPlan(text);
  if (!read.ok) return refuse(`The plan cannot be read: ${read.error}`);
  const file = join(context.directory, 'plan.json');
  await writeFile(file, text, { mode: 0o600 });
  const policies = await copyPolicies(request, context.directory);
  if (!policies.ok) return policies;
  const config = join(checkout.root, directory.path);
  const reviewed = await withServer(context, (session) =>
    makeReview(
      io,
      {
        plan: file,
        config,
        policies: policies.value,
        archives: [],
        standards: [],
        live: 'plan',
        cost: true,
        format: 'text',
        failOn: 'error',
        // Comments of a fork waive nothing.
        waivers: isFork ? 'ignored' : 'applied',
        asker: { role: 'operator', userId: 'pull-request', time: io.now().toISOString() },
        progress: 'hidden',
      },
      session,
    ),
  );
  if (!reviewed.ok) return reviewed;
  const annotated = await withServer(context, (session) =>
    makeAnnotation(session, read.value, config),
  );
  if (!annotated.ok) return annotated;
  return ok({
    digest: digestShownPlan(plan),
    changes: readChanges(plan),
    // Drift has a part of its own.
    warnings: warnings
      .filter(({ summary }) => !summary.startsWith('Drift ('))
      .map(describeDiagnostic),
    review: reviewed.value,
    annotation: annotated.value,
  });
}

/** Copies the policies of the trusted commit. @returns their directories */
async function copyPolicies(
  { checkout, found: { settings, trusted } }: DirectoryRequest,
  place: string,
): Promise<Result<readonly string[], Refusal>> {
  if (settings.policies.length === 0) return ok([]);
  const tree = await listTree(checkout, trusted);
  if (!tree.ok) return tree;
  const own = tree.value.filter(
    ({ path, kind }) =>
      (kind === 'file' || kind === 'executable') &&
      settings.policies.some((each) => isWithin(each, path)),
  );
  const missing = settings.policies.find((each) => !own.some(({ path }) => isWithin(each, path)));
  if (missing !== undefined) return refuse(`The commit has no policies in ${missing}.`);
  const entries = await readEntries(checkout, own);
  if (!entries.ok) return entries;
  const target = join(place, 'policies');
  for (const { path, content } of entries.value) {
    const file = join(target, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return ok(settings.policies.map((each) => join(target, each)));
}
