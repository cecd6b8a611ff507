/** Starts syncs of GitOps applications, which are executions of their workflows. */
import type { GitopsApplication } from '@novacron/contract/gitops/application';
import type { JsonObject } from '@novacron/contract/json';
import type { Operation } from '@novacron/contract/operation/operation';
import { operations, type ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import { admitWrite } from '../../kernel/write/admit-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { syncStateOf } from '../../resources/gitops-application/application-row.ts';
import {
  findApplication,
  getApplication,
} from '../../resources/gitops-application/read-applications.ts';

type Parts = BeginParts<CapabilityDeps>;
type Started = Result<
  { readonly resource: GitopsApplication; readonly operation: Operation },
  Problem
>;

/** Starts a sync. Problems: `not-found`, and those of a run of a workflow. */
export async function startSync(
  parts: Parts,
  { id, revision, dry_run, outside_windows }: ParsedInputOf<'gitops_application.sync'>,
  context: CallContext,
): Promise<Started> {
  const found = await findApplication(parts.deps, id, context);
  if (!found.ok) return found;
  const own = revision === undefined ? {} : { revision };
  const inputs = { dry_run, outside_windows, check: true, ...own };
  return start(parts, { row: found.value, inputs }, context);
}

/** Starts a sync back to a commit of the history. Problems: there is none. */
export async function startRollback(
  parts: Parts,
  { id, to_commit, dry_run, outside_windows }: ParsedInputOf<'gitops_application.rollback'>,
  context: CallContext,
): Promise<Started> {
  const found = await findApplication(parts.deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  const [current, ...earlier] = syncStateOf(row)?.history ?? [];
  const revision = to_commit ?? earlier.find(({ commit }) => commit !== current?.commit)?.commit;
  if (revision === undefined) return err(nothingBefore(row));
  const inputs = { revision, rewind: true, check: true, dry_run, outside_windows };
  return start(parts, { row, inputs }, context);
}

async function start(
  { deps, executor }: Parts,
  { row, inputs }: { readonly row: GitopsApplicationRow; readonly inputs: JsonObject },
  context: CallContext,
): Promise<Started> {
  const input = operations['workflow.run'].input.parse({ id: row.workflow_id, inputs });
  const done = await admitWrite('workflow.run', input, deps.writes['workflow.run'], deps, context);
  if (!done.ok) return done;
  const { operation } = done.value;
  if (operation.status === 'running') executor.start(operation);
  const resource = await getApplication(deps, row.id, context);
  if (!resource.ok) return resource;
  return ok({ resource: resource.value, operation: await answerOperation(deps, operation) });
}

function nothingBefore({ name }: GitopsApplicationRow): Problem {
  return problem('validation-failed', {
    detail: `${name} has no earlier commit to roll back to.`,
    remedy: `See its history: novacron gitops app show ${name}`,
    fields: [{ path: ['to_commit'], message: 'is missing, and no earlier commit was synced' }],
  });
}
