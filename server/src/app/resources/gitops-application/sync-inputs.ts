/**
 * The inputs of a sync that the server decides: the commit that it may not fall behind, and the
 * commits that may be promoted.
 */
import { listNames } from '@novacron/contract/formats/list-names';
import { applicationOfWorkflow } from '@novacron/contract/gitops/application';
import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainStart } from '@novacron/engine/automation/gitops/explain-start';
import type { StartPlan } from '@novacron/engine/automation/gitops/model/start';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import type { ResourceDeps } from '../deps.ts';
import { specOf, syncStateOf } from './application-row.ts';
import { findApplicationOf, readStart } from './read-applications.ts';

/** Applications that a remedy names. */
const NAMED_MAX = 5;

/**
 * Returns the inputs that replace those of a run; none for any other workflow. Problems: nothing
 * can be promoted, or the commit was not synced before.
 */
export async function completeSyncInputs(
  deps: Pick<ResourceDeps, 'store' | 'clock' | 'definitions'>,
  workflow: { readonly id: string; readonly name: string },
  inputs: JsonObject,
): Promise<Result<Readonly<Record<string, string>>, Problem>> {
  if (applicationOfWorkflow(workflow.name) === undefined) return ok({});
  const row = await findApplicationOf(deps, workflow.id);
  if (row === undefined) return ok({});
  const early = inputs.dry_run === true ? undefined : await refuseStart(deps, row, inputs);
  if (early !== undefined) return err(early);
  const { history: own = [], is_redirected: isRedirected } = syncStateOf(row) ?? {};
  const last_commit = isRedirected === true ? '' : (own[0]?.commit ?? '');
  if (inputs.rewind === true && !own.some(({ commit }) => commit === inputs.revision)) {
    return err(notSynced(row, String(inputs.revision ?? ''), 'before'));
  }
  const { promote_from: from, target_revision: target } = specOf(row);
  const { revision: wanted = target } = inputs;
  if (inputs.rewind === true) return ok({ last_commit });
  if (from === undefined) {
    const isOther = wanted !== target && inputs.dry_run !== true;
    return isOther ? err(notTarget(row, { wanted: String(wanted), target })) : ok({ last_commit });
  }
  const where = { tenant_id: row.tenant_id, name: from };
  const [other] = await deps.store.read({ from: 'gitops_applications', where });
  const promotable = (other === undefined ? undefined : syncStateOf(other))?.history ?? [];
  const revision = inputs.revision ?? promotable[0]?.commit;
  if (!promotable.some(({ commit }) => commit === revision)) {
    return err(notSynced(row, String(revision ?? ''), `in ${from}`));
  }
  return ok({ revision: String(revision), last_commit });
}

function namesOf({ unready }: Extract<StartPlan, { readonly kind: 'unready' }>): string {
  const names = unready.map(({ name }) => name);
  return listNames(names, NAMED_MAX);
}

/** Refuses a sync outside of its windows, and one of an application that others come before. */
async function refuseStart(
  deps: Pick<ResourceDeps, 'store' | 'clock' | 'definitions'>,
  row: GitopsApplicationRow,
  { outside_windows: isOutside, rewind }: JsonObject,
): Promise<Problem | undefined> {
  const plan = await readStart(deps, row, { isOutside: isOutside === true });
  const { name } = row;
  const detail = `No sync of ${name} starts now: ${explainStart(plan)}.`;
  switch (plan.kind) {
    case 'start':
      return undefined;
    case 'outside-windows':
      return problem('conflict', {
        detail,
        remedy:
          'Wait for a window, or start it now: novacron gitops app sync ' +
          `${name} --outside-windows`,
        data: { reason: 'outside-windows' },
      });
    case 'unready':
      // Back to what worked before, whatever the others are.
      if (rewind === true) return undefined;
      return problem('conflict', {
        detail,
        remedy: `Sync ${namesOf(plan)} first.`,
        data: { reason: 'unready' },
      });
  }
}

/** An admin has authorized one branch: who may start a sync must not choose another one. */
function notTarget(
  { name }: GitopsApplicationRow,
  { wanted, target }: { readonly wanted: string; readonly target: string },
): Problem {
  return problem('validation-failed', {
    detail: `${name} syncs ${target}; another revision, such as ${wanted}, can only be planned.`,
    remedy:
      `Plan it with --dry-run, or change what is synced: novacron gitops app update ${name} ` +
      `--target-revision ${wanted}`,
    fields: [{ path: ['revision'], message: `is not ${target}, and this is no dry run` }],
  });
}

function notSynced({ name }: GitopsApplicationRow, commit: string, where: string): Problem {
  const what = commit === '' ? 'Nothing' : `The commit ${commit}`;
  const verb = commit === '' ? 'was' : 'was not';
  return problem('validation-failed', {
    detail: `${what} ${verb} synced ${where}, so ${name} does not accept it.`,
    remedy: `See which commits were synced: novacron gitops app show ${name}`,
    fields: [{ path: ['revision'], message: `was not synced ${where}` }],
  });
}
