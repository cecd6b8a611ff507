/**
 * Starts executions for schedules and triggers: as the author of the text, with the rights that the
 * author has at that moment. The commit that admits the execution also notes how far the schedule
 * or trigger is, so that no moment and no event starts two executions.
 */

import { TenantId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import { operationRow, operations } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { WorkflowTriggerRow } from '../../../ports/tables/automation/workflow-rows.ts';
import { findCurrentPrincipal } from '../../access/identity/find-current-principal.ts';
import { forbiddenCall, mayCall } from '../../access/identity/may-call.ts';
import { checkTenantAccess } from '../../access/tenants/tenant-access.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { GROUP_BUSY } from '../../kernel/concurrency/enter-group.ts';
import { beginRequest, type CallContext, type Sender } from '../../kernel/context/call-context.ts';
import type {
  ExecutionCause,
  ExecutionPlan,
} from '../../kernel/definitions/operation-definition.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { admitWrite } from '../../kernel/write/admit-write.ts';
import { extendPlan } from '../../kernel/write/checked-write.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';

/** Dependencies of a start. */
export interface TriggerScope extends BeginParts<CapabilityDeps> {
  /**
   * Makes each change set of the start fail where another server was faster.
   * @param executionId - the execution that the change set begins; absent where it begins none
   */
  readonly guard: (executionId?: string) => Change;
}

/** Dependencies of a reconciler round. */
export interface TriggerRound extends TriggerScope, Pick<ReconcilerBudget, 'mayContinue'> {}

/** Progress of a schedule or trigger after a start. */
export type Progress = Pick<WorkflowTriggerRow, 'reached' | 'next_ms'>;

/** Codes of temporary problems: the start is retried in the next round. */
const TEMPORARY: readonly Problem['code'][] = [
  'conflict',
  'in-use',
  'rate-limited',
  'storage-full',
  'unavailable',
];

/** Execution to start, and its cause. */
export interface TriggeredStart {
  readonly row: WorkflowTriggerRow;
  readonly inputs: JsonObject;
  readonly cause: ExecutionCause;
  readonly progress: Progress;
  /** Makes the start fail where the same cause has started an execution before. */
  readonly once?: (executionId: string) => Change;
  /** Sender of the delivery; absent if NovaCron itself found the cause. */
  readonly sender?: Sender;
}

/**
 * Outcome of a start. `refused`: permanently, and recorded in the row if that could be committed;
 * `off`: its author may no longer act; `later`: nothing was committed, and the start may be
 * retried.
 */
export type StartOutcome =
  | { readonly kind: 'started'; readonly row: WorkflowTriggerRow; readonly executionId: string }
  | {
      readonly kind: 'refused';
      readonly row: WorkflowTriggerRow | undefined;
      readonly problem: Problem;
    }
  | { readonly kind: 'off' }
  | { readonly kind: 'later'; readonly problem: Problem };

/**
 * Starts one execution.
 * @returns the row as it is then; undefined where it is to be tried again later
 */
export async function startByTrigger(
  scope: TriggerScope,
  start: TriggeredStart,
): Promise<WorkflowTriggerRow | undefined> {
  const outcome = await tryStart(scope, start);
  return outcome.kind === 'started' || outcome.kind === 'refused' ? outcome.row : undefined;
}

/** Starts one execution, and says what became of it. */
export async function tryStart(scope: TriggerScope, start: TriggeredStart): Promise<StartOutcome> {
  const { deps, executor } = scope;
  const { row, progress } = start;
  const context = await authorOf(deps, start);
  if (!context.ok) {
    await turnOff(scope, row, context.error);
    return { kind: 'off' };
  }
  const done = await admit(scope, start, context.value);
  if (!done.ok) {
    const { error: problem } = done;
    const { code, detail, data } = problem;
    const isBusy = data?.reason === GROUP_BUSY;
    if (!isBusy && TEMPORARY.includes(code)) return { kind: 'later', problem };
    const event = isBusy ? 'skipped' : 'refused';
    const outcome = { progress, outcome: detail, event } as const;
    return { kind: 'refused', row: await noteOutcome(scope, row, outcome), problem };
  }
  const { operation } = done.value;
  if (operation.status === 'running') executor.start(operation);
  const { id: executionId } = operation;
  return { kind: 'started', row: { ...row, ...progress, started_id: executionId }, executionId };
}

/** The author as of now. Problems: `forbidden` where that one may not start it any more. */
async function authorOf(
  deps: CapabilityDeps,
  { row: { author_json, tenant_id }, sender }: TriggeredStart,
): Promise<Result<CallContext, Problem>> {
  // Written by this release or its neighbour, from the context of the author.
  const by: ExecutionPlan['by'] = JSON.parse(author_json === '' ? '{}' : author_json);
  const tenantId = TenantId.parse(tenant_id);
  const found = await findCurrentPrincipal(deps, { ...by, tenantId });
  if (!found.ok) return found;
  const principal = { ...found.value, kind: by.kind };
  if (!mayCall(principal, 'workflow.run')) {
    return err(forbiddenCall('workflow.run', operationRow('workflow.run').role, principal));
  }
  return ok({
    principal,
    requestId: sender?.requestId ?? deps.ids.next('req'),
    client: 'platform',
    clientAddress: sender?.clientAddress,
    deployment: 'default',
    signal: new AbortController().signal,
    request: beginRequest(),
  });
}

async function admit(
  { deps, guard }: TriggerScope,
  { row, inputs, cause, progress, once }: TriggeredStart,
  context: CallContext,
) {
  const served = await checkTenantAccess(deps, 'workflow.run', {}, context.principal);
  if (!served.ok) return served;
  const prepare = deps.writes['workflow.run'];
  const withNote: typeof prepare = async (asked, scope) => {
    const set = {
      ...progress,
      started_id: scope.operationId,
      outcome: 'started',
      at_ms: scope.nowMs,
    };
    return extendPlan(await prepare(asked, scope), ({ saga, execution, ...rest }) => {
      const reserve = [...saga.reserve, guard(scope.operationId), advance(row, set)];
      if (once !== undefined) reserve.push(once(scope.operationId));
      const caused = execution === undefined ? {} : { execution: { ...execution, cause } };
      return { ...rest, ...caused, saga: { ...saga, reserve } };
    });
  };
  const asked = { id: row.workflow_id, at_version: row.version, inputs };
  const input = operations['workflow.run'].input.parse(asked);
  return admitWrite('workflow.run', input, withNote, deps, context);
}

/** Fails where another server, or another version of the text, was faster. */
function advance(row: WorkflowTriggerRow, set: Partial<WorkflowTriggerRow>): Change {
  const { id, reached, state, version } = row;
  return {
    kind: 'update',
    table: 'workflow_triggers',
    id,
    set,
    expect: { reached, state, version },
    otherwise: replan('What starts the workflow'),
  };
}

/**
 * Notes that something was not started, and why.
 * @param note.event - what is published; nothing where that is absent
 * @returns the row as it is then; undefined where another server was faster
 */
export async function noteOutcome(
  { deps, guard }: TriggerScope,
  row: WorkflowTriggerRow,
  note: {
    readonly progress: Progress;
    readonly outcome: string | null;
    readonly event?: 'refused' | 'skipped';
  },
): Promise<WorkflowTriggerRow | undefined> {
  const { progress, outcome, event } = note;
  const at_ms = deps.clock.nowMs();
  const set = outcome === null ? progress : { ...progress, outcome, at_ms };
  const events = event === undefined ? [] : [eventOf(deps, row, event, outcome ?? '')];
  const done = await commitUnder(guard, deps, [advance(row, set), ...events]);
  if (!done.ok) return undefined;
  return { ...row, ...set };
}

/** Starts nothing any more: its author may not act. A later version of the text turns it on. */
async function turnOff(
  { deps, guard }: TriggerScope,
  row: WorkflowTriggerRow,
  { detail }: Problem,
): Promise<void> {
  const set = { state: 'off', outcome: detail, next_ms: null, at_ms: deps.clock.nowMs() } as const;
  const event = eventOf(deps, row, 'disabled', detail);
  await commitUnder(guard, deps, [advance(row, set), event]);
}

function eventOf(
  deps: CapabilityDeps,
  { tenant_id, workflow_id, kind, version }: WorkflowTriggerRow,
  verb: 'refused' | 'skipped' | 'disabled',
  detail: string,
): Change {
  return eventChange(deps, {
    tenantId: tenant_id,
    type: `workflow.trigger.${verb}`,
    source: 'automation',
    target: workflow_id,
    priority: verb === 'skipped' ? 'normal' : 'high',
    data: { kind, version, detail },
  });
}
