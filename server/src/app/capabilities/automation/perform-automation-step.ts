/**
 * Performs the steps of executions. An attempt at a task is admitted as a write of the principal
 * that started the execution, with its rights of now; the same commit records which operation the
 * attempt began, so that a server that goes on after another one was killed waits for that one and
 * begins no second one.
 */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { isRecord, type Json, type JsonObject } from '@novacron/contract/json';
import { operationRow } from '@novacron/contract/operations-table/operations';
import { type Problem, problem, toValidationProblem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import { kindsOf } from '@novacron/engine/automation/checks/list-actions';
import { isConditionOfItem, listItems } from '@novacron/engine/automation/resolve/list-items';
import {
  holdsCondition,
  type RunValues,
  resolveStep,
  takeOutputs,
} from '@novacron/engine/automation/resolve/resolve-step';
import { itemStepName } from '@novacron/engine/workflow/rules/expand-steps';
import type { Tables } from '../../../ports/tables/tables.ts';
import { admitWrite } from '../../kernel/admission/admit-write.ts';
import { toFailedStep } from '../../kernel/admission/child-operation-step.ts';
import type { AdmittedWrite, WriteScope } from '../../kernel/admission/prepared-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type {
  AutomationAction,
  ExecutionPlan,
  StepOutcome,
  WaitingStep,
} from '../../kernel/definitions/operation-definition.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import { ownershipGuard } from '../../kernel/operations/commit-progress.ts';
import type { AutomationSteps } from '../../kernel/operations/perform-step.ts';
import { startMembers } from '../../resources/vm-group/start-members.ts';
import type { CapabilityDeps, CapabilityStepParts, RegisteredWrite } from '../deps.ts';
import { failed } from '../egress-outcome.ts';
import { parseInput, prepareOf } from '../step-write.ts';
import { inOrder, itemsOf, valuesOf } from './approval-subject.ts';
import { awaitTask, GIVEN_UP, STOPPED } from './await-task.ts';
import { contextOf } from './execution-context.ts';
import { performApproval } from './perform-approval.ts';
import { performCommand } from './perform-command.ts';
import { type HttpOutcome, performHttp } from './perform-http.ts';
import { performNotify } from './perform-notify.ts';
import { isRunTask } from './run-tasks.ts';
import { waitIsOver } from './wait-for-step.ts';

/** Outputs of one step; larger values are fetched where they are needed. Unit: characters. */
const OUTPUTS_LENGTH_MAX = 65_536;

/** What the steps need. */
export interface AutomationParts extends CapabilityStepParts {
  /** Reads what an operation has changed, as answers show it. */
  readonly readResource: (
    noun: string,
    id: string,
    context: CallContext,
  ) => Promise<Result<unknown, Problem>>;
}

type Attempt = Parameters<AutomationSteps['perform']>[0];

/**
 * An attempt that is under way. A cancellation takes the operation over and performs the attempt
 * once more, while the first one still goes on in this server: both are one.
 */
interface Flight {
  readonly controller: AbortController;
  users: number;
  request?: Promise<HttpOutcome>;
}

/** An attempt at a step of an execution. */
interface Run {
  readonly parts: AutomationParts;
  readonly id: string;
  readonly attempt: Attempt;
  readonly execution: ExecutionPlan;
  readonly row: Tables['operations'];
  /** As its definition has it. */
  readonly step: AutomationStep;
  /** Names it in the log and in rows: that of an item is not that of its step. */
  readonly name: string;
  readonly part: AutomationAction['part'];
  readonly values: RunValues;
  readonly signal: AbortSignal;
  readonly flight: Flight;
}

const SKIPPED: StepOutcome = { kind: 'succeeded', skipped: 'yes' };

/** Makes the performer of one server. */
export function createAutomationSteps(partsOf: () => AutomationParts): AutomationSteps {
  const running = new Map<string, Flight>();
  return {
    perform: async (attempt, action) => {
      const id = `${attempt.operationId}/${attempt.stepKey}`;
      const flight = running.get(id) ?? { controller: new AbortController(), users: 0 };
      flight.users += 1;
      running.set(id, flight);
      const parts = partsOf();
      try {
        return await perform(await readRun(parts, { id, attempt, action, flight }));
      } catch (cause) {
        parts.deps.logger.warn({ attempt: id, cause }, 'a step of a workflow failed unexpectedly');
        return { kind: 'failed', message: 'the store could not be read', next: 'retry' };
      } finally {
        flight.users -= 1;
        if (flight.users === 0) running.delete(id);
      }
    },
    giveUp: ({ operationId, stepKey }) =>
      running.get(`${operationId}/${stepKey}`)?.controller.abort(),
    stop: () => {
      for (const { controller } of running.values()) controller.abort(STOPPED);
    },
  };
}

async function readRun(
  parts: AutomationParts,
  of: {
    readonly id: string;
    readonly attempt: Attempt;
    readonly action: AutomationAction;
    readonly flight: Flight;
  },
): Promise<Run> {
  const { action, ...rest } = of;
  const { store, definitions } = parts.deps;
  const runId = of.attempt.operationId;
  const { rows, done } = await store.snapshot({
    rows: { from: 'operations', where: { id: runId } },
    done: { from: 'execution_steps', where: { execution_id: runId, result: 'succeeded' } },
  });
  const [row] = rows;
  assert(row !== undefined, `${runId} is there while it runs`);
  const definition = definitions.read(row);
  const { execution } = definition;
  assert(execution !== undefined, `${runId} is an execution`);
  const known = valuesOf(runId, definition, done);
  const { step, part, item } = action;
  const { signal } = of.flight.controller;
  const name = item === undefined ? step.id : itemStepName(step.id, item);
  const values = item === undefined ? known : valuesOfItem(known, { step, name, item, done });
  return { parts, ...rest, signal, row, execution, values, step, name, part };
}

/** What one item knows: itself, and its own outputs in the place of those of all items. */
function valuesOfItem(
  values: RunValues,
  of: {
    readonly step: AutomationStep;
    readonly name: string;
    readonly item: number;
    readonly done: readonly Tables['execution_steps'][];
  },
): RunValues {
  const { step, name, item: index, done } = of;
  const list = inOrder(done).findLast((row) => row.step === step.id);
  const item = list === undefined ? undefined : itemsOf(list)[index];
  assert(item !== undefined, `${name} is an item of a list that is known`);
  const outputs = new Map(values.outputs);
  const own = outputs.get(name);
  outputs.delete(step.id);
  if (own !== undefined) outputs.set(step.id, own);
  return { ...values, outputs, item };
}

async function perform(run: Run): Promise<StepOutcome | WaitingStep> {
  const { step, part, values } = run;
  if (part === 'compensation') {
    // What has not succeeded has taken itself back.
    if (!values.outputs.has(step.id)) return { kind: 'succeeded' };
    return step.compensate?.task === undefined ? performRequest(run) : performTask(run);
  }
  const known = await findRow(run);
  if (known?.result === 'skipped') return SKIPPED;
  if (known?.result === 'succeeded') return succeededAs(run, known);
  const isLater = part === 'items' && isConditionOfItem(step);
  const holds = known === undefined && !isLater ? holdsCondition(step, values) : ok(true);
  if (!holds.ok) return failed(`its condition cannot be evaluated: ${holds.error}`);
  if (!holds.value) {
    const end = await finish(run, { result: 'skipped', operationId: null, outputs: null });
    return end.kind === 'succeeded' ? SKIPPED : end;
  }
  if (part === 'items') return performList(run);
  if (step.approval !== undefined) return performAsking(run);
  if (step.task !== undefined) return performTask(run);
  return step.wait === undefined ? performRequest(run) : performWait(run);
}

/** How an attempt has ended that a server before has performed. */
function succeededAs({ part }: Run, known: Tables['execution_steps']): StepOutcome {
  return part === 'items'
    ? { kind: 'succeeded', items: itemsOf(known).length }
    : { kind: 'succeeded' };
}

/** Finds out the list of a step that is repeated, and stores it: from now on it has these items. */
async function performList(run: Run): Promise<StepOutcome> {
  const listed = listItems(run.step, run.values);
  if (!listed.ok) return failed(listed.error);
  const outputs = { items: [...listed.value] };
  if (JSON.stringify(outputs).length > OUTPUTS_LENGTH_MAX) {
    return failed(`its for_each has more than ${OUTPUTS_LENGTH_MAX} characters: split the list`);
  }
  const end = await finish(run, { result: 'succeeded', operationId: null, outputs });
  return end.kind === 'succeeded' ? { ...end, items: listed.value.length } : end;
}

/** Sends a request, a message or a command; parts of an answer are outputs. */
async function performRequest(run: Run): Promise<StepOutcome> {
  const context = await contextOf(run, 'workflow.run');
  if (!context.ok) return failed(context.error.detail);
  run.flight.request ??= send(run);
  const outcome = await run.flight.request;
  if (outcome.kind === 'succeeded') {
    return finish(run, { result: 'succeeded', operationId: null, outputs: {} });
  }
  if (outcome.kind === 'failed') return outcome;
  if (run.part === 'compensation') {
    return finish(run, { result: 'undone', operationId: null, outputs: null });
  }
  return finishWith(run, outcome.answer, null);
}

function send(run: Run): Promise<HttpOutcome> {
  const { step, part } = run;
  const { command, ansible, notify }: Partial<AutomationStep> =
    part === 'action' ? step : (step.compensate ?? {});
  if (command !== undefined || ansible !== undefined) return performCommand(run, STOPPED);
  return notify === undefined ? performHttp(run, STOPPED) : performNotify(run, STOPPED);
}

/** Ends an attempt that has had its effect, with what its outputs take of the answer. */
async function finishWith(
  run: Run,
  answer: Json,
  operationId: string | null,
): Promise<StepOutcome> {
  const outputs = takeOutputs(run.step, answer);
  const kept = outputs.ok ? outputs.value : {};
  const isTooLong = JSON.stringify(kept).length > OUTPUTS_LENGTH_MAX;
  const stored = isTooLong ? {} : kept;
  const end = await finish(run, { result: 'succeeded', operationId, outputs: stored });
  if (!outputs.ok) return failed(`${run.row.target_name}: ${outputs.error}`);
  return isTooLong ? failed(`its outputs have more than ${OUTPUTS_LENGTH_MAX} characters`) : end;
}

/** Asks people; who has approved may be an output. */
async function performAsking(run: Run): Promise<StepOutcome | WaitingStep> {
  const outcome = await performApproval(run);
  if (outcome.kind !== 'approved') return outcome;
  const outputs = takeOutputs(run.step, { approved_by: [...outcome.by] });
  if (!outputs.ok) return failed(outputs.error);
  return finish(run, { result: 'succeeded', operationId: null, outputs: outputs.value });
}

async function findRow({ parts, id }: Run) {
  const [row] = await parts.deps.store.read({ from: 'execution_steps', where: { id } });
  return row;
}

async function performWait(run: Run): Promise<StepOutcome> {
  if (!(await waitIsOver(run))) return GIVEN_UP;
  return finish(run, { result: 'succeeded', operationId: null, outputs: {} });
}

async function performTask(run: Run): Promise<StepOutcome> {
  const { parts, step, part, values } = run;
  const action = part === 'action' ? step : (step.compensate ?? {});
  const name = action.task;
  assert(isRunTask(name) && kindsOf(action).length === 1, 'a run has tasks that it can call');
  const context = await contextOf(run, name);
  if (!context.ok) return failed(context.error.detail);
  let childId = (await findRow(run))?.operation_id ?? undefined;
  if (childId === undefined) {
    const resolved = resolveStep(action, 'task', values);
    if (!resolved.ok) return failed(resolved.error);
    const given = isRecord(resolved.value) ? resolved.value.with : undefined;
    const admitted = await admit(run, { name, given: given ?? {}, context: context.value });
    if (!admitted.ok) return refusedStep(admitted.error);
    parts.onEvents();
    const { operation } = admitted.value;
    if (operation.status === 'running') {
      parts.executor.start(operation);
      if (operation.target_kind === 'vm_group') {
        await startMembers(parts.deps, parts.executor, operation);
      }
    }
    childId = operation.id;
  }
  const ended = await awaitTask(run, childId, context.value);
  if (ended.kind === 'failed') return ended;
  if (part === 'compensation') {
    return finish(run, { result: 'undone', operationId: childId, outputs: null });
  }
  const answer = await answerOf(run, { childId, name, context: context.value });
  return finishWith(run, answer, childId);
}

interface Call {
  readonly name: RegisteredWrite;
  readonly given: Json;
  readonly context: CallContext;
}

/** Admits the write, and records in the same commit that this attempt has begun it. */
async function admit(run: Run, { name, given, context }: Call) {
  const { parts, id, row, name: step } = run;
  const { deps } = parts;
  const parsed = operationRow(name).input.safeParse(given);
  if (!parsed.success) {
    return err(toValidationProblem(parsed.error, `What step ${step} gives ${name}`));
  }
  const prepare = prepareOf(deps, name);
  const withRecord: typeof prepare = async (input, scope) => {
    const prepared = await prepare(input, scope);
    if (!prepared.ok) return prepared;
    const { saga } = prepared.value;
    const record = [ownershipGuard(row), beginning(run, scope)];
    return ok({ ...prepared.value, saga: { ...saga, reserve: [...saga.reserve, ...record] } });
  };
  const input = parseInput(name, isRecord(given) ? given : {});
  const admitted = await admitWrite(name, input, withRecord, deps, context);
  deps.logger.info({ attempt: id, step, ok: admitted.ok }, 'a step of a workflow');
  return admitted satisfies Result<AdmittedWrite, Problem>;
}

function beginning({ id, row, name: step }: Run, { operationId, nowMs }: WriteScope) {
  return {
    kind: 'insert',
    into: 'execution_steps',
    row: {
      id,
      tenant_id: row.tenant_id,
      execution_id: row.id,
      step,
      operation_id: operationId,
      result: null,
      outputs_json: null,
      order_json: null,
      at_ms: nowMs,
    },
    otherwise: problem('conflict', {
      detail: `The attempt ${id} has begun its operation already.`,
      remedy: 'No action is required: the execution waits for that operation.',
    }),
  } as const;
}

/** What is refused for good is not asked for again; a lack of room may pass. */
function refusedStep(found: Problem): StepOutcome {
  const refused = toFailedStep(found);
  return found.code === 'no-capacity' ? { ...refused, next: 'retry' } : refused;
}

async function answerOf(
  { parts }: Run,
  {
    childId,
    name,
    context,
  }: { readonly childId: string; readonly name: string; readonly context: CallContext },
): Promise<Json> {
  const [child] = await parts.deps.store.read({ from: 'operations', where: { id: childId } });
  assert(child !== undefined, `${childId} has just ended`);
  const operation = await answerOperation(parts.deps, child);
  const noun = name.slice(0, name.indexOf('.'));
  const read = await parts.readResource(noun, child.target_id, context);
  const answer = { operation, ...(read.ok ? { resource: read.value } : {}) };
  return JSON.parse(JSON.stringify(answer));
}

async function finish(
  run: Run,
  end: {
    readonly result: Tables['execution_steps']['result'];
    readonly operationId: string | null;
    readonly outputs: JsonObject | null;
  },
): Promise<StepOutcome> {
  const { parts, id, row, name: step } = run;
  const { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'> = parts.deps;
  const known = await findRow(run);
  const done = await store.commit([
    ownershipGuard(row),
    {
      kind: 'put',
      into: 'execution_steps',
      row: {
        id,
        tenant_id: row.tenant_id,
        execution_id: row.id,
        step,
        operation_id: end.operationId,
        result: end.result,
        outputs_json: end.outputs === null ? null : JSON.stringify(end.outputs),
        order_json: known?.order_json ?? null,
        at_ms: clock.nowMs(),
      },
    },
  ]);
  return done.ok ? { kind: 'succeeded' } : failed(done.error.detail, 'retry');
}
