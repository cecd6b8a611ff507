/**
 * Performs a step that is a command or a playbook: a runner of the tenant runs it. Which runner has
 * the attempt is stored before the runner is asked, so that a server that goes on after another one
 * was killed asks that runner, and begins it nowhere else.
 */
import type { BundleFile } from '@novacron/contract/automation/bundle';
import type { AutomationStep, Compensation } from '@novacron/contract/automation/definition';
import {
  RUNNER_PROTOCOL_VERSION,
  type RunnerAnswer,
  type RunnerOrder,
  type RunnerOutcome,
} from '@novacron/contract/automation/runner';
import { OperationId } from '@novacron/contract/ids';
import { JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { formatTraceparent } from '@novacron/contract/trace-context';
import {
  type RunValues,
  resolveStep,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import type { RunnerRow } from '../../../ports/tables/automation/runner-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { createStepToken } from '../../access/identity/tokens.ts';
import type { SecretFault } from '../../access/secrets/open-secret.ts';
import type {
  AutomationAction,
  ExecutionPlan,
  StepOutcome,
} from '../../kernel/definitions/operation-definition.ts';
import { ownershipGuard } from '../../kernel/operations/commit-progress.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityStepParts } from '../../platform/deps.ts';
import { failed } from '../../platform/egress-outcome.ts';
import { readBundle } from '../../resources/workflow/bundles.ts';
import {
  type Acceptance,
  type AttemptAt,
  askOutcome,
  hearEnd,
  sendOrder,
} from '../runners/ask-runner.ts';
import { commandMsOf, silentEndMs } from '../runners/command-times.ts';
import { findRunners, needOf, type RunnerNeed, runnerInWords } from '../runners/find-runners.ts';
import { parseOrder, type StepOrder } from '../runners/step-order.ts';
import { putArtifact, releaseArtifacts } from '../runners/transfer-artifacts.ts';
import { type CommandOutcome, failedUnknown, outcomeOf } from './command-outcome.ts';
import { keepLog } from './execution-logs.ts';
import { attemptRow } from './tasks/automation-run.ts';
import { GIVEN_UP } from './tasks/await-task.ts';
import { contextOf } from './tasks/execution-context.ts';
import { findLoaded, keepArtifacts, type PassedArtifacts } from './tasks/pass-artifacts.ts';
import { openSecrets } from './use-secrets.ts';

/** Longest time of one command. Unit: ms. */
export const COMMAND_MS_MAX = 86_400_000;

/** Maximum time that an attempt waits for a free slot. Unit: ms. */
const PLACE_MS_MAX = 3_600_000;

/** Interval between requests to runners without a free slot. Unit: ms. */
const PLACE_MS = 1_000;

/**
 * Interval between queries to a runner that has not reported the outcome of an attempt. Unit: ms.
 */
const ASK_MS = 2_000;

/** Time beyond the timeout for a runner that says that the command still runs. Unit: ms. */
const REACH_MS_MAX = 120_000;

/** Maximum size of an order in a message of the bus, without its envelope. Unit: bytes of JSON. */
const ORDER_BYTES_MAX = 900_000;

/** An attempt at a step that is a command. */
export interface CommandRun {
  readonly parts: CapabilityStepParts;
  /** Id of the attempt in `execution_steps`. */
  readonly id: string;
  readonly attempt: {
    readonly stepKey: string;
    readonly sequence: number;
    readonly startedAtMs?: number | undefined;
  };
  readonly execution: ExecutionPlan;
  readonly row: Tables['operations'];
  readonly step: AutomationStep;
  /** Names the step: one of an item is another one than that of the definition. */
  readonly name: string;
  readonly part: AutomationAction['part'];
  readonly values: RunValues;
  readonly signal: AbortSignal;
}

const Shown = z.json().transform((value) => {
  return typeof value === 'string' ? value : JSON.stringify(value);
});

const Resolved = z.object({
  command: z.array(z.string()).default([]),
  ansible: z.string().optional(),
  with: JsonObject.default({}),
  env: z.record(z.string(), Shown).default({}),
});

/** Runs the command. @param stopped - the reason of a signal that ends the attempt at once */
export async function performCommand(run: CommandRun, stopped: string): Promise<CommandOutcome> {
  const order = await composeOrder(run);
  let placed = await findPlaced(run);
  let isAccepted = false;
  let dispatch = 1;
  for (;;) {
    if (placed === undefined) {
      if (!order.ok) return failed(order.error.words, order.error.next);
      const found = await place(run, order.value, { dispatch, stopped });
      if ('kind' in found) return found;
      ({ placed, isAccepted } = found);
    }
    const outcome = await follow(run, { placed, stopped });
    if (outcome !== 'withdrawn') return outcome;
    // What a runner has accepted is in its journal, unless that is an older copy by now.
    if (isAccepted) return forgotten(run, placed);
    // The order has not come, as when the server that has chosen the runner was killed.
    dispatch = placed.dispatch + 1;
    placed = undefined;
  }
}

function actionOf({ part, step }: CommandRun): Partial<AutomationStep> | Compensation {
  return part === 'action' ? step : (step.compensate ?? {});
}

function needOfRun(run: CommandRun): RunnerNeed {
  const { row, step, part } = run;
  const role = part === 'compensation' ? part : 'action';
  const capability = isPlaybook(run) ? 'ansible' : 'command';
  const { hosts, token } = actionOf(run);
  const needed = needOf(step, { role, hosts, token });
  return { tenantId: row.tenant_id, capability, ...needed };
}

function isPlaybook(run: CommandRun): boolean {
  return actionOf(run).ansible !== undefined;
}

/** An order, with the contents of the artifacts that it names. */
interface ComposedOrder {
  readonly order: RunnerOrder;
  readonly contents: PassedArtifacts['contents'];
}

async function composeOrder(run: CommandRun): Promise<Result<ComposedOrder, SecretFault>> {
  const { parts, row, execution, values, name, attempt, step } = run;
  const action = actionOf(run);
  const resolved = resolveStep(action, isPlaybook(run) ? 'ansible' : 'command', values);
  if (!resolved.ok) return err({ words: resolved.error, next: 'final' });
  const { command, ansible: playbook, with: variables, env } = Resolved.parse(resolved.value);
  const files = await filesOf(run);
  if (!files.ok) return err({ words: files.error, next: 'final' });
  const passed = await passedBy(run);
  if (!passed.ok) return err({ words: passed.error, next: 'final' });
  const { inventory } = action;
  const opened = await openSecrets(parts.deps, action, {
    pins: execution.secrets ?? [],
    tenantId: row.tenant_id,
    workflow: row.target_name,
    place: { kind: 'runners', labels: step.run_on ?? {} },
  });
  if (!opened.ok) return err({ ...opened.error, words: `it ${opened.error.words}` });
  const token = await tokenOf(run);
  if (!token.ok) return token;
  const trace = parts.deps.tracer.current();
  const order: RunnerOrder = {
    // Both follow from the runner that it goes to.
    start: '',
    dispatch: 1,
    protocol: RUNNER_PROTOCOL_VERSION,
    execution_id: OperationId.parse(row.id),
    attempt: attempt.stepKey,
    step: name,
    sequence: attempt.sequence,
    words: playbook === undefined ? [...command] : ['ansible-playbook', playbook],
    ...(playbook === undefined
      ? {}
      : {
          ansible: { playbook, variables, ...(inventory === undefined ? {} : { inventory }) },
          files: [...files.value],
        }),
    env,
    ...(action.hosts === undefined ? {} : { hosts: [...action.hosts] }),
    secrets: [...opened.value.byKey].map(([key, value]) => ({ key, value })),
    ...(token.value === undefined ? {} : { token: token.value }),
    masked: [...opened.value.all],
    ...passed.value.order,
    timeout_ms: commandMsOf(step, run.part),
    ...(trace === undefined ? {} : { traceparent: formatTraceparent(trace) }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(order));
  if (bytes <= ORDER_BYTES_MAX) return ok({ order, contents: passed.value.contents });
  const words =
    `its arguments, variables, files and secrets have ${bytes} bytes, and a runner accepts at ` +
    `most ${ORDER_BYTES_MAX}: give it the address of the data instead`;
  return err({ words, next: 'final' });
}

/** What the step calls the server with, as whom it acts; undefined where it does not. */
async function tokenOf(run: CommandRun): Promise<Result<string | undefined, SecretFault>> {
  const { token: wanted = false } = actionOf(run);
  if (wanted === false) return ok(undefined);
  const { deps } = run.parts;
  const context = await contextOf(run, 'workflow.run');
  const lifeMs = commandMsOf(run.step, run.part) + PLACE_MS_MAX;
  const token = context.ok
    ? await createStepToken(deps, context.value.principal, {
        executionId: run.row.id,
        lifeMs,
        ...(wanted === 'read' ? { access: wanted } : {}),
      })
    : context;
  return token.ok ? token : err({ words: `it has no token: ${token.error.detail}`, next: 'final' });
}

async function passedBy({ parts, row, step, part }: CommandRun) {
  return findLoaded(parts.deps, row, part === 'action' ? step.artifacts : undefined);
}

/** The bundle of the version that the execution runs. */
async function filesOf(run: CommandRun): Promise<Result<readonly BundleFile[], string>> {
  const { parts, execution } = run;
  if (!isPlaybook(run)) return ok([]);
  const { workflowId: workflow_id, bundle = null } = execution;
  const stored = await readBundle(parts.deps, { workflow_id, bundle });
  return stored === undefined ? err('its bundle is no longer stored') : ok(stored.files);
}

async function findPlaced({ parts, id }: CommandRun): Promise<OrderAt | undefined> {
  const [row] = await parts.deps.store.read({ from: 'execution_steps', where: { id } });
  const order = parseOrder(row?.order_json ?? null);
  return row === undefined || order === undefined ? undefined : { ...order, atMs: row.at_ms };
}

/** An order, and when it was stored: just before it was sent. */
interface OrderAt extends StepOrder {
  readonly atMs: number;
}

/** The runner that an attempt was sent to, and whether it has said that it has it. */
interface Placed {
  readonly placed: OrderAt;
  readonly isAccepted: boolean;
}

/** Finds a runner with a free place, and sends it the attempt. */
async function place(
  run: CommandRun,
  composed: ComposedOrder,
  { dispatch: first, stopped }: { readonly dispatch: number; readonly stopped: string },
): Promise<Placed | StepOutcome> {
  const { parts, signal, name } = run;
  const { clock, timers } = parts.deps;
  const need = needOfRun(run);
  const words = runnerInWords(need);
  const endMs = clock.nowMs() + PLACE_MS_MAX;
  let dispatch = first;
  for (;;) {
    const { ready, silent } = await findRunners(parts.deps, need);
    if (ready.length === 0) return noRunner(words, silent);
    for (const runner of ready) {
      if (signal.aborted) return endedEarly(signal, stopped);
      const begun = await sendTo(run, runner, { ...composed, dispatch });
      if (begun !== 'not-begun') return begun;
      dispatch += 1;
    }
    if (clock.nowMs() >= endMs) return failed(`no ${words} has a free slot`, 'retry');
    parts.deps.logger.debug({ step: name }, 'all slots of runners are in use');
    await wait({ timers, delayMs: PLACE_MS, signals: [signal] });
  }
}

function noRunner(words: string, silent: readonly string[]): StepOutcome {
  if (silent.length === 0) {
    return failed(`the tenant has no ${words}: start one, or correct run_on`);
  }
  return failed(`no ${words} is online: ${silent.join(', ')} does not respond`, 'retry');
}

function endedEarly(signal: AbortSignal, stopped: string): StepOutcome {
  // The server stops, and the next one goes on.
  return signal.reason === stopped ? failed('it goes on', 'retry') : GIVEN_UP;
}

async function sendTo(
  run: CommandRun,
  { id, name, start }: RunnerRow,
  { dispatch, ...composed }: ComposedOrder & { readonly dispatch: number },
): Promise<Placed | StepOutcome | 'not-begun'> {
  const { deps } = run.parts;
  const placed = { runner_id: id, runner: name, start, dispatch };
  const row = attemptRow(run, { order_json: JSON.stringify(placed) });
  const recorded = await commitChanges(deps, [
    ownershipGuard(run.row),
    { kind: 'put', into: 'execution_steps', row },
  ]);
  if (!recorded.ok) return failed(recorded.error.detail, 'retry');
  const order = { ...composed.order, dispatch, start };
  const said = await sendWithArtifacts(run, name, { ...composed, order });
  if (said.kind === 'refused') return failed(`the runner ${name} refuses it: ${said.message}`);
  if (said.kind === 'not-begun') return 'not-begun';
  return { placed: { ...placed, atMs: row.at_ms }, isAccepted: said.kind === 'accepted' };
}

/** Sends an order, and the artifacts that the runner then asks for, each at most twice. */
async function sendWithArtifacts(
  { parts: { deps }, signal }: CommandRun,
  runner: string,
  { order, contents }: ComposedOrder,
): Promise<Exclude<Acceptance, { readonly kind: 'wanting' }>> {
  for (let turns = 2 * contents.size; ; turns -= 1) {
    const said = await sendOrder(deps, runner, order);
    if (said.kind !== 'wanting') return said;
    const { artifact } = said;
    const content = contents.get(artifact);
    if (content === undefined || turns === 0 || signal.aborted) return { kind: 'not-begun' };
    const isThere = await putArtifact(deps, runner, { order, artifact, content });
    if (!isThere) return { kind: 'not-begun' };
  }
}

/** Waits for the end of an attempt that a runner has, or may have. */
async function follow(
  run: CommandRun,
  of: {
    readonly placed: OrderAt;
    readonly stopped: string;
  },
): Promise<CommandOutcome | 'withdrawn'> {
  const { placed, stopped } = of;
  const { parts, row, attempt, signal } = run;
  const { clock, timers } = parts.deps;
  const at: AttemptAt = {
    runner: placed.runner,
    execution_id: OperationId.parse(row.id),
    attempt: attempt.stepKey,
  };
  const heard = new AbortController();
  let end: RunnerOutcome | undefined;
  const leave = hearEnd(parts.deps, at, (outcome) => {
    end = outcome;
    heard.abort();
  });
  const endMs = silentEndMs(run.step, run.part, placed.atMs);
  const { dispatch } = placed;
  try {
    for (;;) {
      const isStopped = signal.aborted && signal.reason === stopped;
      const cancel = signal.aborted && !isStopped;
      const answer = await askOrWithdraw(run, at, { start: placed.start, dispatch, cancel });
      if (answer?.kind === 'ended') end = answer.outcome;
      if (end !== undefined) {
        await keepLog(parts.deps, { row, step: run.name, at, outcome: end });
        return endOf(run, at, end);
      }
      if (isStopped) return failed('it goes on', 'retry');
      // A runner of another enrollment has the same name, and another journal.
      if (answer?.kind !== 'running' && !(await isThere(run, placed))) return lost(run, placed);
      if (answer?.kind === 'forgotten') return cancel ? GIVEN_UP : forgotten(run, placed);
      if (answer?.kind === 'withdrawn') return cancel ? GIVEN_UP : 'withdrawn';
      if (clock.nowMs() >= (answer === undefined ? endMs : endMs + REACH_MS_MAX)) {
        return lost(run, placed);
      }
      const signals = signal.aborted ? [heard.signal] : [heard.signal, signal];
      await wait({ timers, delayMs: ASK_MS, signals });
    }
  } finally {
    leave();
  }
}

/** The outcome of an attempt that has ended: it succeeds once its artifacts are stored. */
async function endOf(run: CommandRun, at: AttemptAt, end: RunnerOutcome): Promise<CommandOutcome> {
  const { parts, row, step, part, signal } = run;
  const outcome = outcomeOf({ step, action: actionOf(run) }, end);
  if (end.kind !== 'exited' || part !== 'action' || step.artifacts?.save === undefined) {
    return outcome;
  }
  const kept =
    outcome.kind === 'answered'
      ? await keepArtifacts({ deps: parts.deps, row, step, at, signal }, end)
      : ok(undefined);
  // A server that stops leaves them to the one that goes on.
  if (kept.ok || !signal.aborted) await releaseArtifacts(parts.deps, at);
  return kept.ok ? outcome : failed(kept.error, step.retry === undefined ? 'final' : 'retry');
}

/**
 * Asks how an attempt goes. One that the runner does not know is withdrawn: its order may still be
 * on its way.
 */
async function askOrWithdraw(
  { parts }: CommandRun,
  at: AttemptAt,
  { start, ...withdraw }: Pick<StepOrder, 'start' | 'dispatch'> & { readonly cancel: boolean },
): Promise<RunnerAnswer | undefined> {
  if (!withdraw.cancel) {
    const answer = await askOutcome(parts.deps, at, { start });
    if (answer?.kind !== 'unknown') return answer;
  }
  return askOutcome(parts.deps, at, { start, withdraw });
}

/** Whether the runner of an attempt is still enrolled as it was. */
async function isThere({ parts }: CommandRun, { runner_id: id }: StepOrder): Promise<boolean> {
  const rows = await parts.deps.store.read({ from: 'runners', where: { id } });
  return rows.length > 0;
}

function lost(run: CommandRun, { runner }: StepOrder): StepOutcome {
  return failedUnknown(
    run.step,
    `the runner ${runner} did not report how the command ended: its outcome is unknown`,
  );
}

function forgotten(run: CommandRun, { runner }: StepOrder): StepOutcome {
  return failedUnknown(
    run.step,
    `the runner ${runner} lost its journal: it is unknown whether the command ran`,
  );
}
