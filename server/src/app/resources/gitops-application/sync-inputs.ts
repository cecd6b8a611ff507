/**
 * The inputs of a sync that the server decides: the commit that it may not fall behind, and the
 * commits that may be promoted.
 */
import { applicationOfWorkflow } from '@novacron/contract/gitops/application';
import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import type { ResourceDeps } from '../deps.ts';
import { specOf, syncStateOf } from './application-row.ts';
import { findApplicationOf } from './read-applications.ts';

/**
 * Returns the inputs that replace those of a run; none for any other workflow. Problems: nothing
 * can be promoted, or the commit was not synced before.
 */
export async function completeSyncInputs(
  deps: Pick<ResourceDeps, 'store'>,
  workflow: { readonly id: string; readonly name: string },
  inputs: JsonObject,
): Promise<Result<Readonly<Record<string, string>>, Problem>> {
  if (applicationOfWorkflow(workflow.name) === undefined) return ok({});
  const row = await findApplicationOf(deps, workflow.id);
  if (row === undefined) return ok({});
  const own = syncStateOf(row)?.history ?? [];
  const last_commit = own[0]?.commit ?? '';
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
