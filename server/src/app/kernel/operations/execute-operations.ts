/**
 * Runs admitted operations: which steps may run follows from definition and log (engine/sagas),
 * each outcome and the starts it leads to are one commit, and when a server ends, it or another one
 * resumes its operations where their logs end.
 */
import { endsWhenCancelled } from '@novacron/contract/agent/command-limits';
import { assert } from '@novacron/contract/result';
import { createShortLivedMap } from '@novacron/contract/short-lived-map';
import { isStepEntry, type LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { StepRun, WorkflowPlan } from '@novacron/engine/sagas/model/workflow';
import { planFollowed } from '@novacron/engine/sagas/plan-next-steps';
import { planRetry } from '@novacron/engine/sagas/rules/plan-retry';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import type {
  ExecutionGroup,
  OperationDefinition,
  StepAction,
} from '../definitions/operation-definition.ts';
import { isRefusedByHold } from '../holds/find-hold.ts';
import { createHeldExecutions } from '../holds/hold-executions.ts';
import type { LeaseKeeper } from '../leases/leases.ts';
import { type ActiveOperation, activate } from './active-operation.ts';
import { createEndWatch, type EndWatch } from './await-completion.ts';
import { claimOperations } from './claim-operations.ts';
import { type CommitOutcome, commitProgress, type Progress } from './commit-progress.ts';
import {
  decisionChanges,
  endChanges,
  logChanges,
  type OperationEnd,
  statusChange,
  waysToEnd,
} from './operation-changes.ts';
import { beginWait, earliest, endWaits, parkingProgress, stillWaiting } from './park-operation.ts';
import { PARKED } from './parked-owner.ts';
import { performStep, type StepPerformers } from './perform-step.ts';
import { actionOf, attemptOf, isOver, keyOfRun, planRound, stepKeyOf } from './plan-round.ts';
import { publishProgress } from './publish-progress.ts';
import { stepEvents } from './step-events.ts';
import { createEndCounter } from './telemetry-operations.ts';
import { createWatchedSteps, recordEnd, traceAttempt, traceOf } from './trace-operations.ts';

/** Interval between searches for operations without an owner, without a signal. */
const CLAIM_MS = 10_000;

/** Longest timer: a day, which every clock can count. */
const WAKE_MS_MAX = 86_400_000;

type OperationRow = Tables['operations'];
type RunPlan = Extract<WorkflowPlan<StepAction>, { readonly kind: 'run' }>;

/** Uncommitted changes of an operation. */
interface News {
  /** Not in the log yet, although the steps are as they are after them. */
  readonly entries: readonly LogEntry[];
  /** Changes that the ended steps store about their ends. */
  readonly records: ChangeSet;
}

const NO_NEWS: News = { entries: [], records: [] };

/** Runs operations. */
export interface OperationExecutor {
  /**
   * Launches the first steps of an operation whose admission was committed, if this server owns it.
   */
  readonly start: (row: OperationRow) => void;
  /** Continues an operation that this server has just taken over, even from itself. */
  readonly takeOver: (row: OperationRow, log: readonly LogEntry[]) => void;
  /** Asks the steps of an operation again that wait for a person or a signal. */
  readonly wake: (operationId: string) => void;
  /**
   * Takes over every operation without a running owner: after a start of the server, and whenever
   * there are any.
   * @returns how many there were at first
   */
  readonly resume: () => Promise<number>;
  /** Looks for operations without an owner, because some server has ended. */
  readonly claim: () => Promise<void>;
  /** Releases all operations, which other servers may have taken over, or take over now. */
  readonly letGo: () => void;
  /** Resolves when the operation has ended, or when the signal is aborted or the time is up. */
  readonly waitForEnd: EndWatch['wait'];
  /** Starts nothing new; commands at agents continue and are resumed at the next start. */
  readonly stop: () => void;
}

/** Dependencies of the executor. */
export interface ExecutorOptions extends Omit<StepPerformers, 'agentSteps'> {
  readonly servers: 'one' | 'several';
  readonly findLiveServers: LeaseKeeper['findLiveServers'];
  /** Called when an execution of a concurrency group has ended, or has begun to wait. */
  readonly onGroup: (group: ExecutionGroup) => void;
}

/** Makes the executor of one server. */
export function createOperationExecutor(
  deps: KernelDeps,
  options: ExecutorOptions,
): OperationExecutor {
  const active = createShortLivedMap<ActiveOperation>();
  const isActive = (operationId: string): boolean => active.has(operationId);
  const ends = createEndWatch(deps, { servers: options.servers, isActive });
  const { tracer } = deps;
  const performers = { ...options, agentSteps: createWatchedSteps(deps) };
  const countEnd = createEndCounter(deps);
  const progressPublisher = publishProgress(deps, {
    ...options,
    rowOf: (id) => active.get(id)?.row,
  });
  const holds = createHeldExecutions(deps, plan);
  let cancelClaim = (): void => undefined;
  let stopped = false;

  function take(row: OperationRow, log?: readonly LogEntry[]): void {
    const isOurs = row.owner === deps.instanceId && row.finished_at_ms === null;
    if (stopped || !isOurs || active.has(row.id)) return;
    const operation = activate(row, deps.definitions.read(row), log);
    active.set(row.id, operation);
    queueAdvance(operation, NO_NEWS);
  }

  /** Whether this very run continues: another server may own the operation by now. */
  function isStillActive(operation: ActiveOperation): boolean {
    return !stopped && active.get(operation.row.id) === operation;
  }

  function commit(
    operation: ActiveOperation,
    progress: Pick<Progress, 'changes' | 'evidence'>,
  ): Promise<CommitOutcome> {
    const { row, guard } = operation;
    return commitProgress(deps, {
      row,
      guard,
      ...progress,
      isStillActive: () => isStillActive(operation),
    });
  }

  function plan(operationId: string): void {
    const operation = active.get(operationId);
    if (operation !== undefined) queueAdvance(operation, NO_NEWS);
  }

  function queueAdvance(operation: ActiveOperation, news: News): void {
    operation.turn = operation.turn
      .then(() => tracer.run(traceOf(operation.definition), () => advance(operation, news)))
      .catch((cause) => {
        deps.logger.error({ operation: operation.row.id, cause }, 'an operation cannot continue');
        return finish(operation, NO_NEWS, { status: 'stuck', message: 'internal error' });
      })
      .catch((cause) => {
        deps.logger.error({ operation: operation.row.id, cause }, 'an operation cannot be ended');
        forget(operation);
      });
  }

  async function advance(operation: ActiveOperation, { entries, records }: News): Promise<void> {
    if (!isStillActive(operation)) return;
    operation.steps.add(entries);
    // Not before: a run that is neither in progress nor over would be launched again.
    for (const entry of entries) if (isStepEntry(entry)) operation.inFlight.delete(keyOfRun(entry));
    const ended = await holds.end(operation, entries);
    await proceed(operation, { entries: [...entries, ...ended], records });
  }

  async function proceed(operation: ActiveOperation, { entries, records }: News): Promise<void> {
    const nowMs = deps.clock.nowMs();
    const { definition, steps } = operation;
    const behind = { log: operation.log.concat(entries), steps };
    const plan = planFollowed(definition, behind, nowMs);
    if (plan.kind === 'finished') {
      await finish(operation, { entries: [...entries, ...plan.entries], records }, plan);
      return;
    }
    const { busy, untilMs, over } = stillWaiting(operation, plan, nowMs);
    const { runs, starts, wakeAtMs } = planRound(plan, busy, nowMs);
    const news = [...entries, ...plan.entries, ...starts];
    const { id } = operation.row;
    const { status } = plan;
    const guards = holds.guards(operation, news);
    // It goes forward again where a step has succeeded that cannot be undone.
    const isTurned = status !== operation.status && [status, operation.status].includes('undoing');
    const changes = [
      ...guards,
      ...logChanges(id, operation.log.length, news, nowMs),
      ...stepEvents(deps, operation, news),
      ...records,
    ];
    if (isTurned) changes.push(statusChange(id, status));
    if (changes.length > 0) {
      const seq = operation.log.length + news.length;
      const made = await commit(operation, { changes, evidence: { kind: 'entry', seq } });
      if (made.kind === 'lost') dropLostOperation(operation);
      if (!isStillActive(operation)) return;
      if (made.kind === 'refused' && isRefusedByHold(made.problem)) {
        const begun = await holds.begin(operation);
        return proceed(operation, { entries: [...entries, ...begun], records });
      }
      if (made.kind !== 'done') assert(false, `the log of ${id} is its executor's own`);
    }
    operation.status = status;
    operation.log.push(...news);
    steps.add(plan.entries);
    steps.add(starts);
    for (const run of runs) void launch(operation, run);
    giveUp(operation, plan.status === 'undoing' ? plan.runs : plan.runs.filter(isOver(over)));
    await rest(operation, plan, { wakeAtMs, untilMs });
  }

  /** Leaves an operation until an outcome, a person or a moment makes it go on. */
  async function rest(
    operation: ActiveOperation,
    { held, deadlineMs }: Pick<RunPlan, 'held' | 'deadlineMs'>,
    { wakeAtMs, untilMs }: Readonly<Record<'wakeAtMs' | 'untilMs', number | undefined>>,
  ): Promise<void> {
    // Without a retry that is due later, only a person or the deadline makes it go on, and of one
    // that is held only a person, or its turn.
    const isIdle = operation.inFlight.size === 0 && wakeAtMs === deadlineMs;
    if (held === 'held') holds.await(operation);
    const isParked =
      isIdle && held !== 'held' && (operation.waiting.size > 0 || held !== undefined);
    await (isParked ? park : wakeAt)(operation, earliest(wakeAtMs, untilMs));
  }

  /** Leaves an operation to the store until a person has decided, or its time is up. */
  async function park(operation: ActiveOperation, wakeAtMs: number | undefined): Promise<void> {
    const made = await commit(operation, parkingProgress(operation, wakeAtMs));
    if (made.kind === 'lost') dropLostOperation(operation);
    if (!isStillActive(operation)) return;
    if (made.kind === 'done') {
      operation.cancelWake();
      active.delete(operation.row.id);
      return;
    }
    // A person has just decided.
    operation.waiting.clear();
    queueAdvance(operation, NO_NEWS);
  }

  /** Gives up the running and waiting steps of an operation that does not continue. */
  function giveUp({ row }: ActiveOperation, runs: readonly StepRun<StepAction>[]): void {
    for (const run of runs) {
      if (run.direction === 'undo') continue;
      const attempt = { operationId: row.id, stepKey: stepKeyOf(run) };
      if (run.action.kind === 'automation') performers.automation.giveUp(attempt);
      if (run.action.kind !== 'agent' || !endsWhenCancelled(run.action.action.kind)) continue;
      performers.agentSteps.giveUp(attempt, run.action.node);
    }
  }

  /** Plans again when a retry is due or the deadline has passed. */
  function wakeAt(operation: ActiveOperation, wakeAtMs: number | undefined): void {
    operation.cancelWake();
    if (wakeAtMs === undefined) return;
    const delayMs = Math.min(WAKE_MS_MAX, Math.max(0, wakeAtMs - deps.clock.nowMs()));
    operation.cancelWake = deps.timers.after(delayMs, () => queueAdvance(operation, NO_NEWS));
  }

  async function launch(operation: ActiveOperation, run: StepRun<StepAction>): Promise<void> {
    operation.inFlight.add(keyOfRun(run));
    const { step, direction } = run;
    const attempt = attemptOf(operation.row.id, operation.log, run);
    const traced = traceAttempt(operation, attempt);
    const { wakes } = operation;
    const outcome = await performStep(performers, traced, actionOf(run));
    if (outcome.kind === 'waiting') {
      beginWait(operation, keyOfRun(run), { outcome, wakes });
      queueAdvance(operation, NO_NEWS);
      return;
    }
    const { record, ...ended } = outcome;
    const entry: LogEntry =
      ended.kind === 'succeeded'
        ? { ...ended, step, direction }
        : planRetry(
            { run, ...ended },
            {
              nowMs: deps.clock.nowMs(),
              rng: deps.rng.fork(`retry/${operation.row.id}/${attempt.stepKey}`),
            },
          );
    queueAdvance(operation, { entries: [entry], records: record === undefined ? [] : [record] });
  }

  async function finish(operation: ActiveOperation, news: News, end: OperationEnd): Promise<void> {
    const { row } = operation;
    const ended = await commitEnd(operation, news, end);
    if (ended === undefined) return;
    forget(operation);
    countEnd(row, { ...ended, trace: traceOf(operation.definition) });
    recordEnd(deps, operation, ended);
    noteGroup(operation.definition);
  }

  /**
   * Commits the end with the changes of its definition. If one of their guards fails, which is a
   * bug in NovaCron, the operation becomes stuck instead of running for ever.
   * @returns how it ended; undefined when this server no longer runs it
   */
  async function commitEnd(
    operation: ActiveOperation,
    { entries, records }: News,
    end: OperationEnd,
  ): Promise<OperationEnd | undefined> {
    const { row, definition, log } = operation;
    for (const way of waysToEnd(definition, end)) {
      const changes = [
        ...logChanges(row.id, log.length, entries, deps.clock.nowMs()),
        ...stepEvents(deps, operation, entries),
        ...records,
        ...way.settling,
        ...endChanges(deps, row, way.left, way.end),
        ...decisionChanges(deps, definition, way.end),
      ];
      const made = await commit(operation, { changes, evidence: { kind: 'end' } });
      if (made.kind === 'done') return way.end;
      if (made.kind === 'lost') dropLostOperation(operation);
      if (made.kind !== 'refused') return undefined;
      deps.logger.error(
        { operation: row.id, problem: made.problem },
        'the end of an operation was refused',
      );
    }
    throw new Error(`the end of ${row.id} cannot be written`);
  }

  function noteGroup({ execution }: OperationDefinition): void {
    if (execution?.concurrency !== undefined && !stopped) options.onGroup(execution.concurrency);
  }

  /** Another server continues it; callers that wait for its end here go on waiting. */
  function dropLostOperation(operation: ActiveOperation): void {
    if (!isStillActive(operation)) return;
    active.delete(operation.row.id);
    deps.logger.info({ operation: operation.row.id }, 'another server continues an operation');
  }

  function forget(operation: ActiveOperation): void {
    const { id } = operation.row;
    operation.cancelWake();
    if (active.get(id) === operation) active.delete(id);
    ends.ended(id);
  }

  async function claim(): Promise<number> {
    const { findLiveServers } = options;
    const operations = await claimOperations(deps, { isActive, findLiveServers, onClaimed: take });
    if (operations > 0) deps.logger.info({ operations }, 'operations resumed');
    return operations;
  }

  async function claimSafely(): Promise<void> {
    try {
      await claim();
    } catch (cause) {
      deps.logger.warn({ cause }, 'operations without an owner cannot be looked for');
    }
  }

  function claimLater(): void {
    if (stopped) return;
    cancelClaim = deps.timers.after(CLAIM_MS, () => void claimSafely().finally(claimLater));
  }

  return {
    start: (row) => {
      if (row.owner === PARKED) noteGroup(deps.definitions.read(row));
      else take(row);
    },
    takeOver: (row, log) => {
      // The result of an earlier run here is learnt by asking the agent once more.
      active.get(row.id)?.cancelWake();
      active.delete(row.id);
      take(row, log);
    },
    wake: (id) => {
      endWaits(active.get(id));
      plan(id);
    },
    resume: () => claim().finally(claimLater),
    claim: claimSafely,
    letGo: () => active.clear(),
    waitForEnd: ends.wait,
    stop: () => {
      stopped = true;
      cancelClaim();
      performers.agentSteps.stop();
      performers.automation.stop();
      progressPublisher.stop();
      holds.stop();
      ends.stop();
    },
  };
}
