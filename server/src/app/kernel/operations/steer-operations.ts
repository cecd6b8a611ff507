/**
 * Cancels operations and retries stuck ones. The server that does so takes the operation over in
 * the same commit, so it does not matter which server ran it before.
 */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  checkCancel,
  checkRetryFrom,
  stepToGoForwardFrom,
} from '@novacron/engine/sagas/check-operator-action';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { planNextSteps } from '@novacron/engine/sagas/plan-next-steps';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import { auditRefusal } from '../audit/audit.ts';
import { enterGroupAgain } from '../concurrency/enter-group.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import {
  decodeDefinition,
  OPERATION_DEADLINE_MS,
  type OperationDefinition,
} from '../definitions/operation-definition.ts';
import { answerOperation, readLog } from './answer-operation.ts';
import type { OperationExecutor } from './execute-operations.ts';
import { type OperationCaller, type Steering, steeringChanges } from './steering-changes.ts';
import {
  attachmentVersionId,
  checkVolumeWork,
  requireNoNewVolumeWork,
  VOLUME_WORK,
} from './volume-lock.ts';

/** Attempts after conflicts: each means that a step began or ended. */
const STEERING_ROUNDS_MAX = 32;

type OperationRow = Tables['operations'];

/** Dependencies of steering operations. */
export interface SteeringParts {
  readonly deps: KernelDeps;
  readonly executor: Pick<OperationExecutor, 'takeOver'>;
}

/** Undefined: the operation has the requested direction already. */
export type SteeringPlan = (
  row: OperationRow,
  log: readonly LogEntry[],
) => Promise<Result<Steering | undefined, Problem>>;

/** Cancels an operation; one that rolls back already is answered as it is. */
export async function cancelOperation(
  parts: SteeringParts,
  input: ParsedInputOf<'operation.cancel'>,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const allowed = await decideSteering(parts, 'operation.cancel', input, context);
  if (!allowed.ok) return allowed;
  const row = allowed.value;
  const done = await cancelNow(parts, row.id, context);
  return answer(parts, done, allowed.value.warnings);
}

/**
 * The cancellation itself, also for NovaCron's own use; policies are not asked. One that rolls back
 * already is left as it is, also where another request was faster by a moment.
 */
export function cancelNow(
  parts: SteeringParts,
  operationId: string,
  by: OperationCaller,
): Promise<Result<OperationRow, Problem>> {
  return steer(parts, operationId, by, async (row, log) =>
    row.status === 'undoing' ? ok(undefined) : planCancel(parts.deps, { row, log }, by),
  );
}

/** Retries a stuck operation, or a failed one from a step. */
export async function retryOperation(
  parts: SteeringParts,
  input: ParsedInputOf<'operation.retry'>,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const allowed = await decideSteering(parts, 'operation.retry', input, context);
  if (!allowed.ok) return allowed;
  const done = await retryNow(parts, allowed.value.id, context, input.from_step ?? null);
  return answer(parts, done, allowed.value.warnings);
}

/** The retry itself, also for NovaCron's own reconcilers; policies are not asked. */
export function retryNow(
  parts: SteeringParts,
  operationId: string,
  by: OperationCaller,
  fromStep: string | null,
): Promise<Result<OperationRow, Problem>> {
  return steer(parts, operationId, by, (row, log) =>
    planRetryOf(parts.deps, { row, log }, by, fromStep),
  );
}

async function answer(
  { deps }: SteeringParts,
  done: Result<OperationRow, Problem>,
  warnings: readonly { readonly policy: string; readonly message: string }[],
): Promise<Result<unknown, Problem>> {
  if (!done.ok) return done;
  return ok({ resource: await answerOperation(deps, done.value), warnings });
}

/** Finds the operation and asks the policies. */
async function decideSteering(
  { deps }: SteeringParts,
  name: 'operation.cancel' | 'operation.retry',
  input: { readonly id: string },
  context: CallContext,
) {
  const where = { id: input.id, tenant_id: context.principal.tenantId };
  const [row] = await deps.store.read({ from: 'operations', where });
  if (row === undefined) return err(notFound('operation', input.id));
  const { kind, target_kind, target_id, target_name } = row;
  const decision = await deps.verdicts.decide(context, {
    operation: name,
    resourceKind: 'operation',
    target: { id: row.id, name: target_name },
    before: null,
    wanted: { kind, target_kind, target_id, target_name },
    unknown: [],
  });
  if (decision.problem === undefined) return ok({ ...row, warnings: decision.warnings });
  await auditRefusal(deps, context, name, { id: row.id, name: target_name }, decision.problem);
  return err(decision.problem);
}

async function planCancel(
  deps: KernelDeps,
  { row, log }: { readonly row: OperationRow; readonly log: readonly LogEntry[] },
  by: OperationCaller,
): Promise<Result<Steering, Problem>> {
  const isOver = row.status !== 'running' && row.status !== 'undoing';
  const reason = isOver
    ? 'has ended already'
    : checkCancel(decodeDefinition(row), log, deps.clock.nowMs());
  if (reason !== undefined) {
    return err(
      refused(row, `cannot be cancelled: it ${reason}`, {
        remedy: `Wait until it ends (novacron operation wait ${row.id}), then change the result.`,
      }),
    );
  }
  const entry = { kind: 'turned-back', why: 'cancelled', by: by.principal.name } as const;
  return ok({ name: 'operation.cancel', entries: [entry], changes: [], status: 'undoing' });
}

async function planRetryOf(
  deps: KernelDeps,
  { row, log }: { readonly row: OperationRow; readonly log: readonly LogEntry[] },
  by: OperationCaller,
  wanted: string | null,
): Promise<Result<Steering, Problem>> {
  const definition = decodeDefinition(row);
  const fromStep = wanted ?? onlyStepOf(row) ?? forwardStepOf(row, log);
  const reason = refuseRetry(row, log, fromStep);
  if (reason !== undefined) {
    const remedy = `Check how it ended (novacron operation show ${row.id}) and request it again.`;
    return err(refused(row, `cannot be retried: it ${reason}`, { remedy }));
  }
  const held = await requireNoOtherOperation(deps, row);
  if (!held.ok) return held;
  const turn = await takeTurnAgain(deps, row, definition);
  if (!turn.ok) return turn;
  const nowMs = deps.clock.nowMs();
  const deadline = fromStep === null ? {} : { deadline_ms: nowMs + OPERATION_DEADLINE_MS };
  const { name } = by.principal;
  const entry = { kind: 'retried', by: name, from_step: fromStep, ...deadline } as const;
  const plan = planNextSteps(definition, [...log, entry], nowMs);
  return ok({
    name: 'operation.retry',
    entries: [entry],
    changes: [...(definition.onRetry ?? []), ...held.value, ...turn.value],
    status: plan.kind === 'run' ? plan.status : 'undoing',
  });
}

/** An execution that has ended has left its concurrency group, and needs room in it to go on. */
export async function takeTurnAgain(
  deps: KernelDeps,
  { id, tenant_id: tenantId, target_name: workflow }: OperationRow,
  { execution }: OperationDefinition,
): Promise<Result<ChangeSet, Problem>> {
  if (execution?.concurrency === undefined) return ok([]);
  const { concurrency } = execution;
  return enterGroupAgain(deps, { id, tenantId, workflow, concurrency });
}

/** The step from which a failed operation of one step is retried: there is no choice. */
function onlyStepOf(row: OperationRow): string | null {
  const { steps, retryFrom = [] } = decodeDefinition(row);
  const [only] = retryFrom;
  return row.status === 'failed' && steps.length === 1 && only !== undefined ? only : null;
}

/** A stuck operation that cannot be undone any more goes forward, if it names the step. */
function forwardStepOf(row: OperationRow, log: readonly LogEntry[]): string | null {
  const definition = decodeDefinition(row);
  const step = row.status === 'stuck' ? stepToGoForwardFrom(definition, log) : undefined;
  return step !== undefined && definition.retryFrom?.includes(step) ? step : null;
}

function refuseRetry(
  row: OperationRow,
  log: readonly LogEntry[],
  fromStep: string | null,
): string | undefined {
  const definition = decodeDefinition(row);
  if (fromStep === null && row.status !== 'stuck') return `is ${row.status}, not stuck`;
  if (row.status !== 'stuck' && row.status !== 'failed') return `is ${row.status}`;
  if (fromStep !== null) {
    const reason = checkRetryFrom(definition, log, fromStep);
    if (reason !== undefined) return reason;
  }
  return definition.onRetry === undefined ? 'has already released its resources' : undefined;
}

/** Excludes work on a VM's volumes while its operation is rolled back, like any work on the VM. */
async function requireNoOtherOperation(
  { store }: KernelDeps,
  row: OperationRow,
): Promise<Result<ChangeSet, Problem>> {
  if (row.target_kind !== 'vm') return ok([]);
  const found = await store.snapshot({
    vms: { from: 'vms', where: { id: row.target_id } },
    work: VOLUME_WORK,
    rules: { from: 'rule_versions', where: { id: attachmentVersionId(row.target_id) } },
  });
  const [vm] = found.vms;
  // The guards of `onRetry` report that it is gone.
  if (vm === undefined) return ok([]);
  const work = checkVolumeWork(vm, found.work);
  return work === undefined ? ok([requireNoNewVolumeWork(vm, found.rules)]) : err(work);
}

/** Plans and commits until there is no conflict, then runs the operation here. */
export async function steer(
  { deps, executor }: SteeringParts,
  operationId: string,
  by: OperationCaller,
  plan: SteeringPlan,
): Promise<Result<OperationRow, Problem>> {
  let last: Problem = replan(`The operation ${operationId}`);
  for (let round = 0; round < STEERING_ROUNDS_MAX; round += 1) {
    const [row] = await deps.store.read({ from: 'operations', where: { id: operationId } });
    if (row === undefined) return err(notFound('operation', operationId));
    const log = await readLog(deps.store, operationId);
    const planned = await plan(row, log);
    if (!planned.ok) return planned;
    if (planned.value === undefined) return ok(row);
    const { status, entries } = planned.value;
    const steered = {
      ...row,
      status,
      owner: deps.instanceId,
      fence: row.fence + 1,
      finished_at_ms: null,
      problem_json: null,
    };
    const done = await deps.store.commit(
      steeringChanges(deps, by, { row, steered, log }, planned.value),
    );
    if (done.ok) {
      executor.takeOver(steered, [...log, ...entries]);
      return ok(steered);
    }
    if (done.error.data?.replan !== true) return done;
    last = done.error;
  }
  return err(last);
}

/** The refusal of what an operation does not allow. */
export function refused(
  row: OperationRow,
  why: string,
  { remedy }: { readonly remedy: string },
): Problem {
  return problem('validation-failed', {
    detail: `${row.kind} of ${row.target_name} (${row.id}) ${why}.`,
    remedy,
    fields: [{ path: ['id'], message: why }],
  });
}
