/** Shows executions: what their operations, logs and attempts say. */
import {
  Execution,
  type ExecutionStep,
  type ExecutionSummary,
} from '@novacron/contract/automation/execution';
import { OperationId, TenantId, WorkflowId } from '@novacron/contract/ids';
import type { Json, JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { kindsOf } from '@novacron/engine/automation/workflows/checks/list-actions';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { type StepTimes, timesOf } from '@novacron/engine/sagas/log/step-times';
import type { PlannedStep } from '@novacron/engine/sagas/rules/expand-steps';
import { pauseOf, queueOf } from '@novacron/engine/sagas/rules/pause-of';
import { followSteps, type StepState } from '@novacron/engine/sagas/rules/step-states';
import { groupBy } from '@novacron/runtime/group-by';
import type { RunnerRow } from '../../../ports/tables/automation/runner-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type {
  ExecutionPlan,
  OperationDefinition,
  SingleStep,
  StepAction,
} from '../../kernel/definitions/operation-definition.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { readLogs, readTimedLog, toStepTimes } from '../../kernel/operations/answer-operation.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readShownHolds } from '../../platform/holds/read-holds.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { damagedRow } from '../../rows/parse-stored.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { silentEndMs } from '../runners/command-times.ts';
import { isSilent } from '../runners/read-runners.ts';
import { parseOrder } from '../runners/step-order.ts';
import { showConcurrency } from './concurrency/show-concurrency.ts';
import { signalOf, toSignals } from './signals/signal-rows.ts';
import { toSla } from './sla-rows.ts';
import { executionStatusOf } from './tasks/execution-status.ts';
import { artifactsOf, inOrder, itemsOf, valuesOf } from './tasks/run-values.ts';

type OperationRow = Tables['operations'];
type Deps = Pick<CapabilityDeps, 'store' | 'clock' | 'definitions'>;

/** The operation that executions are. */
const KIND = 'workflow.run';

/** Shows an execution with its steps. Problems: `not-found`. */
export async function getExecution(
  deps: Deps,
  id: string,
  { principal }: CallContext,
): Promise<Result<Execution, Problem>> {
  const where = { id, tenant_id: principal.tenantId, kind: KIND };
  const { rows, attempts, artifacts, slas, signals } = await deps.store.snapshot({
    rows: { from: 'operations', where },
    slas: { from: 'execution_slas', where: { id } },
    signals: { from: 'execution_signals', where: { execution_id: id }, damaged: 'blank' },
    attempts: { from: 'execution_steps', where: { execution_id: id } },
    artifacts: { from: 'execution_artifacts', where: { execution_id: id } },
  });
  const [row] = rows;
  if (row === undefined) return err(notFound('execution', id));
  const timed = await readTimedLog(deps.store, id);
  const times = timesOf(timed);
  const log = timed.map(({ entry }) => entry);
  const { definition, plan } = planOf(deps, row);
  const { states, planned, add } = followSteps(definition.steps);
  add(log);
  const done = attempts.filter(({ result }) => result === 'succeeded');
  const { outputs } = valuesOf(id, definition, done);
  const lists = new Map(inOrder(done).map((attempt) => [attempt.step, itemsOf(attempt)] as const));
  const byStep = groupBy(attempts, ({ step }) => step);
  const saved = groupBy(artifactsOf(done, artifacts), ({ step }) => step);
  const silent = await findSilent(deps, attempts);
  const needs = new Map([
    ...definition.steps.map(({ name, after }) => [name, after] as const),
    ...(plan.only?.steps ?? []).map((step) => [step.id, step.needs] as const),
  ]);
  const shown = planned().flatMap((step): StepAnswer[] => {
    const state = states.get(step.name);
    if (state === undefined) return [];
    const own = byStep.get(step.name) ?? [];
    const signal = row.finished_at_ms === null ? signalOf(step, state, log) : null;
    const silence = silenceOf(step, own, silent);
    const shownOf = {
      state,
      own,
      times: times.get(step.name),
      outputs,
      saved: saved.get(step.name) ?? [],
      signal,
      silence,
    };
    const answer = toStep(step, shownOf);
    const { item } = step;
    if (item === undefined) return [{ ...answer, needs: [...(needs.get(step.name) ?? [])] }];
    return [{ ...answer, of: item.of, item: lists.get(item.of)?.[item.index] ?? null }];
  });
  const items = groupBy(shown, ({ of }) => of);
  const ran = shown.map((step) => withItems(step, items.get(step.id) ?? []));
  const steps = plan.only === undefined ? ran : withLeft(ran, plan.only);
  const execution = {
    ...toSummary(row, { definition, plan, log }),
    digest: plan.digest,
    inputs: plan.inputs,
    run_as: plan.by.name,
    outputs_from: plan.only?.outputsFrom ?? null,
    steps,
    concurrency: await showConcurrency(deps, row, plan),
    held: row.finished_at_ms === null ? await heldBy(deps, row) : null,
    signals: toSignals(signals),
    problem: row.problem_json === null ? null : JSON.parse(row.problem_json),
    sla: slas.map(toSla)[0] ?? null,
  };
  return ok(Execution.parse(execution));
}

/** Runners that attempts wait for and that are silent, by id. */
async function findSilent(
  { store, clock }: Deps,
  attempts: readonly Tables['execution_steps'][],
): Promise<ReadonlyMap<string, RunnerRow>> {
  const ids = attempts.flatMap(({ result, order_json: json }) => {
    const order = result === null ? parseOrder(json) : undefined;
    return order === undefined ? [] : [order.runner_id];
  });
  if (ids.length === 0) return new Map();
  const rows = await store.read({ from: 'runners', where: { id: { in: ids } } });
  const nowMs = clock.nowMs();
  return new Map(rows.filter((row) => isSilent(row, nowMs)).map((row) => [row.id, row]));
}

/** What an attempt that runs knows of a silent runner. */
function silenceOf(
  { action }: PlannedStep<StepAction>,
  own: readonly Tables['execution_steps'][],
  silent: ReadonlyMap<string, RunnerRow>,
): ExecutionStep['silence'] {
  const last = inOrder(own).at(-1);
  const order = last?.result === null ? parseOrder(last.order_json) : undefined;
  const runner = order === undefined ? undefined : silent.get(order.runner_id);
  if (last === undefined || runner === undefined || action.kind !== 'automation') return null;
  const part = last.id.includes('/undo:') ? 'compensation' : 'action';
  return {
    since: toTimestamp(runner.last_seen_at_ms),
    until: toTimestamp(silentEndMs(action.step, part, last.at_ms)),
  };
}

async function heldBy(deps: Deps, { tenant_id, status }: OperationRow) {
  const [hold] = await readShownHolds(deps, 'automation', tenant_id);
  return status === 'running' ? (hold ?? null) : null;
}

/** Finds the row of an execution. Problems: `not-found`. */
export async function findExecution(
  { store }: Pick<Deps, 'store'>,
  id: string,
  { principal }: CallContext,
): Promise<Result<OperationRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId, kind: KIND };
  const [row] = await store.read({ from: 'operations', where });
  return row === undefined ? err(notFound('execution', id)) : ok(row);
}

/** Lists executions without their steps. */
export async function listExecutions(
  deps: Deps,
  input: ParsedInputOf<'execution.list'>,
  { principal }: CallContext,
): Promise<Result<Page<ExecutionSummary>, Problem>> {
  const source = {
    operation: 'execution.list',
    from: 'operations',
    // Nothing but executions has a workflow as its target, and by that the index finds fewer.
    where: {
      tenant_id: principal.tenantId,
      ...(input.workflow_id === undefined && { kind: KIND }),
    },
    columns: { workflow_id: 'target_id', workflow: 'target_name' },
    idPrefix: 'op',
  } as const;
  const page = await readList(deps, source, input);
  if (!page.ok) return page;
  const ids = page.value.items.map(({ id }) => id);
  const { entries } = await readLogs(deps.store, ids);
  return ok(
    mapPage(page.value, (row) =>
      toSummary(row, { ...planOf(deps, row), log: entries.get(row.id) ?? [] }),
    ),
  );
}

interface Planned {
  readonly definition: OperationDefinition;
  readonly plan: ExecutionPlan;
}

/** @throws damagedRow */
function planOf({ definitions }: Deps, row: OperationRow): Planned {
  if (row.definition_json === '') throw damagedRow(row.id, 'its definition cannot be decrypted');
  const definition = definitions.read(row);
  const { execution } = definition;
  if (execution === undefined) throw damagedRow(row.id, 'its definition is not a run definition');
  return { definition, plan: execution };
}

function toSummary(
  row: OperationRow,
  { definition, plan, log }: Planned & { readonly log: readonly LogEntry[] },
): ExecutionSummary {
  const pause = row.finished_at_ms === null ? pauseOf(log) : undefined;
  return {
    id: OperationId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    workflow_id: WorkflowId.parse(plan.workflowId),
    workflow: row.target_name,
    kind: plan.kind,
    version: plan.version,
    status: executionStatusOf(row, definition, log),
    paused_at: pause === undefined ? null : toTimestamp(pause.at_ms),
    paused_by: pause?.by ?? null,
    queued_for: row.finished_at_ms === null ? (queueOf(log)?.group ?? null) : null,
    only_step: plan.only?.step ?? null,
    part_of: partOf(plan),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    finished_at: row.finished_at_ms === null ? null : toTimestamp(row.finished_at_ms),
  };
}

function partOf({ cause }: ExecutionPlan): ExecutionSummary['part_of'] {
  if (cause?.kind !== 'step') return null;
  const { execution_id, workflow, step } = cause;
  return { execution_id: OperationId.parse(execution_id), workflow, step };
}

/** A step before its answer is checked. */
interface StepAnswer extends Omit<ExecutionStep, 'outputs' | 'item'> {
  readonly outputs: JsonObject | null;
  readonly item: Json;
}

function toStep(
  { name, after, action, ...step }: PlannedStep<StepAction>,
  {
    state,
    own,
    times,
    outputs,
    saved,
    signal,
    silence,
  }: {
    readonly state: StepState;
    readonly own: readonly Tables['execution_steps'][];
    readonly times: StepTimes | undefined;
    readonly outputs: ReadonlyMap<string, JsonObject>;
    readonly saved: readonly Tables['execution_artifacts'][];
    readonly signal: ExecutionStep['signal'];
    readonly silence: ExecutionStep['silence'];
  },
): StepAnswer {
  const [kind = 'task'] = action.kind === 'automation' ? kindsOf(action.step) : [];
  const { forward, backward } = state;
  const spoken = 'message' in backward ? backward : forward;
  return {
    id: name,
    kind,
    finally: step.finally === 'yes',
    status: stepStatusOf(state, own),
    needs: [...after],
    attempts: forward.attempt,
    operations: operationsOf(own),
    outputs: outputs.get(name) ?? null,
    artifacts: saved.map(({ name: artifact, bytes, sha256 }) => {
      return { name: artifact, bytes, sha256 };
    }),
    message: 'message' in spoken ? (spoken.message ?? null) : null,
    runner: runnerOf(own),
    silence: [forward, backward].some(({ kind }) => kind === 'started') ? silence : null,
    signal,
    ...toStepTimes(times),
    of: null,
    item: null,
  };
}

/** Several attempts can have waited for the same operation. */
function operationsOf(own: readonly Tables['execution_steps'][]): OperationId[] {
  const ids = inOrder(own).flatMap(({ operation_id: id }) => (id ? [OperationId.parse(id)] : []));
  return [...new Set(ids)];
}

/** The runner of the last attempt that went to one. What takes a step back is not an attempt. */
function runnerOf(own: readonly Tables['execution_steps'][]): string | null {
  const orders = inOrder(own).flatMap(({ id, order_json: json }) =>
    id.includes('/undo:') ? [] : [parseOrder(json)],
  );
  return orders.findLast((order) => order !== undefined)?.runner ?? null;
}

/** Steps in the order of the definition, with those that a run of one step has left out. */
function withLeft(
  ran: readonly StepAnswer[],
  { step: only, steps, outputs, outputsFrom }: SingleStep,
): readonly StepAnswer[] {
  const ids = new Set(ran.map(({ id }) => id));
  const from = outputsFrom === undefined ? '' : `; its outputs are those of ${outputsFrom}`;
  const left = steps
    .filter(({ id }) => !ids.has(id))
    .map(
      ({ needs, ...step }): StepAnswer => ({
        ...step,
        status: 'skipped',
        needs: [...needs],
        attempts: 0,
        operations: [],
        outputs: outputs[step.id] ?? null,
        artifacts: [],
        message: `only ${only} runs${outputs[step.id] ? from : ''}`,
        runner: null,
        silence: null,
        signal: null,
        started_at: null,
        ended_at: null,
        of: null,
        item: null,
      }),
    );
  const places = new Map(steps.map(({ id }, index) => [id, index] as const));
  const placeOf = ({ id, of }: StepAnswer) => places.get(String(of ?? id)) ?? 0;
  return [...ran, ...left].toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** A step that is repeated is as far as its items are. */
function withItems(step: StepAnswer, items: readonly StepAnswer[]): StepAnswer {
  if (items.length === 0) return step;
  const statuses = new Set(items.map(({ status }) => status));
  const status = STATUS_OF_ITEMS.find((each) => statuses.has(each)) ?? step.status;
  const isOver = items.every(({ ended_at }) => ended_at !== null);
  const ends = items.flatMap(({ ended_at }) => (ended_at === null ? [] : [ended_at]));
  return { ...step, status, ended_at: isOver ? (ends.toSorted().at(-1) ?? null) : null };
}

/** Statuses of a repeated step in order of precedence: the first that any of its items has. */
const STATUS_OF_ITEMS: readonly ExecutionStep['status'][] = [
  'taking_back',
  'running',
  'failed',
  'taken_back',
  'waiting',
  'succeeded',
  'skipped',
];

function stepStatusOf(
  { forward, backward }: StepState,
  own: readonly Tables['execution_steps'][],
): ExecutionStep['status'] {
  if (backward.kind === 'succeeded') return 'taken_back';
  if (backward.kind !== 'untouched') return 'taking_back';
  switch (forward.kind) {
    case 'untouched':
      return 'waiting';
    case 'succeeded':
      return own.some(({ result }) => result === 'skipped') ? 'skipped' : 'succeeded';
    case 'failed':
      return 'failed';
    default:
      return 'running';
  }
}
