/**
 * Performs a step that is an operation of its own: a task, or an execution of another workflow. It
 * is admitted as a write of the principal that started the execution, with its rights of now, and
 * the same commit records which operation the attempt began.
 */

import { isRecord, type Json } from '@novacron/contract/json';
import { operationRow } from '@novacron/contract/operations-table/operations';
import { type Problem, problem, toValidationProblem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import { kindsOf } from '@novacron/engine/automation/workflows/checks/list-actions';
import { resolveStep } from '@novacron/engine/automation/workflows/resolve/resolve-step';
import { wait } from '@novacron/runtime/wait';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import type { StepOutcome } from '../../../kernel/definitions/operation-definition.ts';
import { answerOperation } from '../../../kernel/operations/answer-operation.ts';
import { ownershipGuard } from '../../../kernel/operations/commit-progress.ts';
import { admitWrite } from '../../../kernel/write/admit-write.ts';
import { continuePlan } from '../../../kernel/write/checked-write.ts';
import { toFailedStep } from '../../../kernel/write/child-operation-step.ts';
import type { AdmittedWrite, WriteScope } from '../../../kernel/write/prepared-write.ts';
import type { RegisteredWrite } from '../../../platform/deps.ts';
import { failed } from '../../../platform/egress-outcome.ts';
import { parseInput, prepareOf } from '../../../platform/step-write.ts';
import { startMembers } from '../../../resources/vm-group/start-members.ts';
import { isHeld } from '../holds/refuse-held.ts';
import { type AutomationRun, attemptRow, findRow, finish, finishWith } from './automation-run.ts';
import { awaitTask, findChild, GIVEN_UP, HOLD_LOOK_MS, STOPPED } from './await-task.ts';
import { answerOfExecution, asPartOf, findCall, pauseWithParent } from './call-workflow.ts';
import { contextOf } from './execution-context.ts';
import { findBegun } from './find-begun.ts';
import { withIds } from './find-names.ts';
import { refuseUnapproved } from './refuse-unapproved.ts';
import { isRunTask } from './run-tasks.ts';

/** Performs a task, or what takes a step back that is one. */
export async function performTask(run: AutomationRun): Promise<StepOutcome> {
  const { parts, part } = run;
  const name = nameOf(run);
  const context = await contextOf(run, name);
  if (!context.ok) return failed(context.error.detail);
  const begun = (await findRow(run))?.operation_id ?? (await findBegun(parts.deps, run));
  const child = begun === undefined ? await begin(run, name, context.value) : ok(begun);
  if (!child.ok) return child.error;
  const childId = child.value;
  const ended = await awaitTask(run, childId, context.value);
  if (ended.kind === 'failed') return name === 'workflow.run' ? asPartFailed(run, ended) : ended;
  if (part === 'compensation') {
    return finish(run, { result: 'undone', operationId: childId, outputs: null });
  }
  const { outputs = {} } = run.step;
  const isAsked = Object.keys(outputs).length > 0;
  const answer = isAsked ? await answerOf(run, { childId, name, context: context.value }) : null;
  return finishWith(run, answer, childId);
}

function nameOf({ part, step }: AutomationRun): RegisteredWrite {
  const action = part === 'action' ? step : (step.compensate ?? {});
  assert(kindsOf(action).length === 1, 'an action of a checked definition is of one kind');
  if (action.workflow !== undefined) return 'workflow.run';
  assert(isRunTask(action.task), 'a run has tasks that it can call');
  return action.task;
}

/** Its steps have had their attempts: it is run again only where the step says so. */
function asPartFailed(
  { step, part }: AutomationRun,
  ended: Extract<StepOutcome, { readonly kind: 'failed' }>,
): StepOutcome {
  return part === 'action' && step.retry === undefined ? { ...ended, next: 'final' } : ended;
}

/** @returns the id of the operation that the attempt has begun, or how the attempt has ended */
async function begin(
  run: AutomationRun,
  name: RegisteredWrite,
  context: CallContext,
): Promise<Result<string, StepOutcome>> {
  const { parts, step, part, values } = run;
  const action = part === 'action' ? step : (step.compensate ?? {});
  const [kind = 'task'] = kindsOf(action);
  const resolved = resolveStep(action, kind, values);
  if (!resolved.ok) return err(failed(resolved.error));
  const given = (isRecord(resolved.value) ? resolved.value.with : undefined) ?? {};
  const named = { task: name, tenantId: run.row.tenant_id, given };
  const input =
    action.workflow === undefined
      ? await withIds(parts.deps, named)
      : await findCall(run, action, given);
  if (!input.ok) return err(failed(input.error));
  const call = { name, given: input.value, context };
  let admitted = await admit(run, call);
  // A hold has begun since the step has: what it starts waits for the release, as others do.
  while (!admitted.ok && isHeld(admitted.error) && !run.signal.aborted) {
    await wait({ timers: parts.deps.timers, delayMs: HOLD_LOOK_MS, signals: [run.signal] });
    admitted = await admit(run, call);
  }
  if (!admitted.ok && isHeld(admitted.error)) {
    return err(run.signal.reason === STOPPED ? failed('it goes on', 'retry') : GIVEN_UP);
  }
  if (!admitted.ok) return err(refusedStep(admitted.error));
  const { operation } = admitted.value;
  if (operation.status === 'running') {
    parts.executor.start(operation);
    if (operation.target_kind === 'vm_group') {
      await startMembers(parts.deps, parts.executor, operation);
    }
  }
  if (name === 'workflow.run') await pauseWithParent(run, operation.id);
  return ok(operation.id);
}

interface Call {
  readonly name: RegisteredWrite;
  readonly given: Json;
  readonly context: CallContext;
}

/** Admits the write, and records in the same commit that this attempt has begun it. */
async function admit(run: AutomationRun, { name, given, context }: Call) {
  const { parts, id, row, name: step } = run;
  const { deps } = parts;
  const parsed = operationRow(name).input.safeParse(given);
  if (!parsed.success) {
    return err(toValidationProblem(parsed.error, `What step ${step} gives ${name}`));
  }
  const prepare = prepareOf(deps, name);
  const withRecord: typeof prepare = async (input, scope) => {
    return continuePlan(await prepare(input, scope), async (write) => {
      const planned = name === 'workflow.run' ? await asPartOf(run, write) : ok(write);
      if (!planned.ok) return planned;
      // Behind the plan, whose commit fails where what it has read is changed after this.
      const other = name === 'workflow.run' ? await refuseUnapproved(run) : undefined;
      if (other !== undefined) return err([other]);
      const { saga } = planned.value;
      const record = [ownershipGuard(row), beginning(run, scope)];
      return ok({ ...planned.value, saga: { ...saga, reserve: [...saga.reserve, ...record] } });
    });
  };
  const input = parseInput(name, isRecord(given) ? given : {});
  const admitted = await admitWrite(name, input, withRecord, deps, context);
  deps.logger.info({ attempt: id, step, ok: admitted.ok }, 'a step of a workflow');
  return admitted satisfies Result<AdmittedWrite, Problem>;
}

function beginning(run: AutomationRun, { operationId, nowMs }: WriteScope) {
  return {
    kind: 'insert',
    into: 'execution_steps',
    row: attemptRow(run, { operation_id: operationId, at_ms: nowMs }),
    otherwise: problem('conflict', {
      detail: `The attempt ${run.id} already started its operation.`,
      remedy: 'No action is required: the execution waits for that operation.',
    }),
  } as const;
}

/** Returns the outcome of a refused step: only a lack of capacity is retried. */
function refusedStep(found: Problem): StepOutcome {
  const refused = toFailedStep(found);
  return found.code === 'no-capacity' ? { ...refused, next: 'retry' } : refused;
}

async function answerOf(
  run: AutomationRun,
  {
    childId,
    name,
    context,
  }: {
    readonly childId: string;
    readonly name: RegisteredWrite;
    readonly context: CallContext;
  },
): Promise<Json> {
  const { deps, readResource } = run.parts;
  const child = await findChild(run, childId);
  assert(child !== undefined, `${childId} has just ended`);
  if (name === 'workflow.run') return answerOfExecution(deps, child);
  const operation = await answerOperation(deps, child);
  const noun = name.slice(0, name.indexOf('.'));
  const read = await readResource(noun, child.target_id, context);
  const answer = { operation, ...(read.ok ? { resource: read.value } : {}) };
  return JSON.parse(JSON.stringify(answer));
}
