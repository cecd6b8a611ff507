/**
 * Performs the steps of executions. An attempt at a task is admitted as a write of the principal
 * that started the execution, with its rights of now; the same commit records which operation the
 * attempt began, so that a server that goes on after another one was killed waits for that one and
 * begins no second one.
 */
import type { AutomationStep, Compensation } from '@novacron/contract/automation/definition';
import { assert, ok } from '@novacron/contract/result';
import {
  isConditionOfItem,
  listItems,
} from '@novacron/engine/automation/workflows/resolve/list-items';
import {
  holdsCondition,
  type RunValues,
  takeOutputs,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { planNextSteps } from '@novacron/engine/sagas/plan-next-steps';
import { itemStepName } from '@novacron/engine/sagas/rules/expand-steps';
import type { Tables } from '../../../ports/tables/tables.ts';
import type {
  AutomationAction,
  OperationDefinition,
  StepOutcome,
  WaitingStep,
} from '../../kernel/definitions/operation-definition.ts';
import { readLog } from '../../kernel/operations/answer-operation.ts';
import type { AutomationSteps } from '../../kernel/operations/perform-step.ts';
import { failed } from '../../platform/egress-outcome.ts';
import { isManual } from './is-manual.ts';
import { performApproval } from './perform-approval.ts';
import { performCommand } from './perform-command.ts';
import { type HttpOutcome, performHttp } from './perform-http.ts';
import { performNotify } from './perform-notify.ts';
import { performSignal } from './signals/perform-signal.ts';
import {
  type AutomationParts,
  type AutomationRun,
  findRow,
  finish,
  finishWith,
  OUTPUTS_LENGTH_MAX,
} from './tasks/automation-run.ts';
import { GIVEN_UP, STOPPED } from './tasks/await-task.ts';
import { contextOf } from './tasks/execution-context.ts';
import { dropArtifacts } from './tasks/pass-artifacts.ts';
import { performRead } from './tasks/perform-read.ts';
import { performTask } from './tasks/perform-task.ts';
import { isRunRead } from './tasks/run-tasks.ts';
import {
  inOrder,
  itemsOf,
  savedOf,
  statusesAtEnd,
  statusesBefore,
  valuesOf,
} from './tasks/run-values.ts';
import { type EndedElsewhere, sendOnce, storeEnd } from './tasks/send-once.ts';
import { takeBackWorkflow } from './tasks/take-back-workflow.ts';
import { waitIsOver } from './wait-for-step.ts';

type Attempt = Parameters<AutomationSteps['perform']>[0];

/**
 * An attempt that is under way. A cancellation takes the operation over and performs the attempt
 * once more, while the first one still goes on in this server: both are one.
 */
interface Flight {
  readonly controller: AbortController;
  users: number;
  request?: Promise<HttpOutcome | EndedElsewhere>;
}

interface Run extends AutomationRun {
  readonly flight: Flight;
}

const SKIPPED = { kind: 'succeeded', skipped: 'yes' } as const;

/** Makes the performer of one server. */
export function createAutomationSteps(partsOf: () => AutomationParts): AutomationSteps {
  const running = new Map<string, Flight>();
  const stopping = new AbortController();
  return {
    perform: async (attempt, action) => {
      const id = `${attempt.operationId}/${attempt.stepKey}`;
      const flight = running.get(id) ?? { controller: new AbortController(), users: 0 };
      flight.users += 1;
      running.set(id, flight);
      const parts = partsOf();
      try {
        return await perform(
          await readRun(parts, { id, attempt, action, flight, stopping: stopping.signal }),
        );
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
      stopping.abort();
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
    readonly stopping: AbortSignal;
  },
): Promise<Run> {
  const { action, ...rest } = of;
  const { store, definitions } = parts.deps;
  const runId = of.attempt.operationId;
  const { rows, ended, artifacts } = await store.snapshot({
    rows: { from: 'operations', where: { id: runId } },
    ended: {
      from: 'execution_steps',
      where: { execution_id: runId, result: { in: ['succeeded', 'skipped'] } },
    },
    artifacts: { from: 'execution_artifacts', where: { execution_id: runId } },
  });
  const [row] = rows;
  assert(row !== undefined, `${runId} is there while it runs`);
  const definition = definitions.read(row);
  const { execution } = definition;
  assert(execution !== undefined, `${runId} is an execution`);
  const { step, part, item } = action;
  const done = ended.filter(({ result }) => result === 'succeeded');
  const log = step.finally === 'yes' ? await readLog(store, runId) : undefined;
  const known = {
    ...valuesOf(runId, definition, done),
    artifacts: savedOf(done, artifacts),
    ...(log === undefined
      ? { statuses: statusesBefore(step, definition, ended) }
      : endedValues(parts, { step, definition, log, ended })),
  };
  const { signal } = of.flight.controller;
  const name = item === undefined ? step.id : itemStepName(step.id, item);
  const values = item === undefined ? known : valuesOfItem(known, { step, name, item, done });
  return { parts, ...rest, signal, row, execution, values, step, name, part };
}

/** What steps of `finally` know of the others. */
function endedValues(
  { deps: { clock } }: AutomationParts,
  of: {
    readonly step: AutomationStep;
    readonly definition: OperationDefinition;
    readonly log: readonly LogEntry[];
    readonly ended: readonly Tables['execution_steps'][];
  },
): Pick<RunValues, 'statuses' | 'runStatus'> {
  const plan = planNextSteps(of.definition, of.log, clock.nowMs());
  assert(plan.kind === 'run' && plan.outcome !== undefined, 'the other steps have ended');
  return { statuses: statusesAtEnd(of.step, of.definition, of), runStatus: plan.outcome };
}

/** Returns the values of one item: the item, and its own outputs in place of those of all items. */
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
    const taken = step.workflow === undefined ? undefined : await takeBackWorkflow(run);
    if (taken !== undefined) return taken;
    // What has not succeeded has taken itself back.
    if (!values.outputs.has(step.id)) return { kind: 'succeeded' };
    const { compensate } = step;
    return isCall(compensate ?? {}) ? performTask(run) : performRequest(run);
  }
  const known = await findRow(run);
  if (known?.result === 'skipped') return SKIPPED;
  if (known?.result === 'succeeded') return succeededAs(run, known);
  const isLater = part === 'items' && isConditionOfItem(step);
  const holds = known === undefined && !isLater ? holdsCondition(step, values) : ok(true);
  if (!holds.ok) return failed(`cannot evaluate its condition: ${holds.error}`);
  if (!holds.value) {
    const end = await finish(run, { result: 'skipped', operationId: null, outputs: null });
    return { ...end, ...SKIPPED };
  }
  if (part === 'items') return performList(run);
  if (step.approval !== undefined || isManual(step)) return performAsking(run);
  if (isRunRead(step.task)) return performRead(run);
  if (isCall(step)) return performTask(run);
  if (step.wait?.signal !== undefined) return performSignal(run, step.wait.signal);
  return step.wait === undefined ? performRequest(run) : performWait(run);
}

function isCall({ task, workflow }: AutomationStep | Compensation): boolean {
  return task !== undefined || workflow !== undefined;
}

/** Returns the outcome of an attempt that a previous server performed. */
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
  return { ...end, items: listed.value.length };
}

/** Sends a request, a message or a command; parts of an answer are outputs. */
async function performRequest(run: Run): Promise<StepOutcome> {
  const context = await contextOf(run, 'workflow.run');
  if (!context.ok) return failed(context.error.detail);
  const isOrder = isForRunner(actionOf(run));
  run.flight.request ??= isOrder ? performCommand(run, STOPPED) : sendOnce(run, () => send(run));
  const outcome = await run.flight.request;
  if (outcome.kind === 'ended-elsewhere') return { kind: 'succeeded' };
  if (outcome.kind === 'failed') return outcome;
  const ended = await endOf(run, outcome);
  if (!isOrder) return storeEnd(run, ended);
  if (ended.kind === 'failed') await dropArtifacts(run);
  return ended;
}

function endOf(
  run: Run,
  outcome: Exclude<HttpOutcome, { readonly kind: 'failed' }>,
): Promise<StepOutcome> {
  if (outcome.kind === 'succeeded') {
    return finish(run, { result: 'succeeded', operationId: null, outputs: {} });
  }
  if (run.part === 'compensation') {
    return finish(run, { result: 'undone', operationId: null, outputs: null });
  }
  return finishWith(run, outcome.answer, null);
}

function actionOf({ step, part }: Run): Partial<AutomationStep> | Compensation {
  return part === 'action' ? step : (step.compensate ?? {});
}

/** Whether a runner performs it: that one remembers which attempts it has begun. */
function isForRunner({ command, ansible }: Partial<AutomationStep> | Compensation): boolean {
  return command !== undefined || ansible !== undefined;
}

function send(run: Run): Promise<HttpOutcome> {
  const { notify }: Partial<AutomationStep> = actionOf(run);
  return notify === undefined ? performHttp(run, STOPPED) : performNotify(run, STOPPED);
}

/** Asks people; who has approved, or has done it with which note, may be outputs. */
async function performAsking(run: Run): Promise<StepOutcome | WaitingStep> {
  const outcome = await performApproval(run);
  if (outcome.kind !== 'approved') return outcome;
  const { by, note } = outcome;
  const answer = isManual(run.step)
    ? { checked_by: by.join(', '), note }
    : { approved_by: [...by] };
  const outputs = takeOutputs(run.step, answer);
  if (!outputs.ok) return failed(outputs.error);
  return finish(run, { result: 'succeeded', operationId: null, outputs: outputs.value });
}

async function performWait(run: Run): Promise<StepOutcome> {
  if (!(await waitIsOver(run))) return GIVEN_UP;
  return finish(run, { result: 'succeeded', operationId: null, outputs: {} });
}
