/**
 * Runs admitted operations: what may run next follows from definition and log (engine/workflow),
 * each outcome and the starts it leads to are one commit, and a killed server resumes where the log
 * ends.
 */
import type { Problem } from '@novacron/contract/problem';
import { assert, type Result } from '@novacron/contract/result';
import type { LogEntry } from '@novacron/engine/workflow/log-entry';
import type { StepRun } from '@novacron/engine/workflow/model';
import { planNextSteps } from '@novacron/engine/workflow/plan-next-steps';
import { planRetry } from '@novacron/engine/workflow/rules/plan-retry';
import type { ChangeSet } from '../../ports/store.ts';
import type { Tables } from '../../ports/tables.ts';
import type { AppDeps } from '../deps.ts';
import { readLog } from './answer-operation.ts';
import {
  endChanges,
  logChanges,
  type OperationEnd,
  settlingChanges,
  undoingChange,
} from './operation-changes.ts';
import {
  decodeDefinition,
  type OperationDefinition,
  type StepAction,
} from './operation-definition.ts';
import { createAgentSteps } from './perform-agent-steps.ts';

/** Waits after a commit that the store refused, such as on a full disk. */
const COMMIT_RETRY_MS = 1_000;

type OperationRow = Tables['operations'];

interface Active {
  readonly row: OperationRow;
  readonly definition: OperationDefinition;
  readonly log: LogEntry[];
  readonly inFlight: Set<string>;
  /** Advances of one operation happen one after another. */
  turn: Promise<void>;
}

/** Runs operations. */
export interface OperationExecutor {
  /** Takes over an operation whose admission has been committed. */
  readonly start: (row: OperationRow) => void;
  /** Takes over every operation that has not ended: after a start of the server. */
  readonly resume: () => Promise<number>;
  /** Resolves when the operation has ended, or when the signal is aborted or the time is up. */
  readonly waitForEnd: (
    operationId: string,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ) => Promise<void>;
  /** Starts nothing new; what runs at agents goes on there and is resumed at the next start. */
  readonly stop: () => void;
}

/** Makes the executor of one server. */
export function createOperationExecutor(deps: AppDeps, onEvents: () => void): OperationExecutor {
  const active = new Map<string, Active>();
  const watchers = new Map<string, Set<() => void>>();
  const agentSteps = createAgentSteps(deps);
  let stopped = false;

  function take(row: OperationRow, log: readonly LogEntry[]): void {
    if (stopped || active.has(row.id)) return;
    const operation: Active = {
      row,
      definition: decodeDefinition(row),
      log: [...log],
      inFlight: new Set(),
      turn: Promise.resolve(),
    };
    active.set(row.id, operation);
    queueAdvance(operation, []);
  }

  function queueAdvance(operation: Active, entries: readonly LogEntry[]): void {
    operation.turn = operation.turn
      .then(() => advance(operation, entries))
      .catch((cause) => {
        deps.logger.error({ operation: operation.row.id, cause }, 'an operation cannot go on');
        return finish(operation, [], { status: 'stuck', message: 'NovaCron met a fault' });
      })
      .catch((cause) => {
        deps.logger.error({ operation: operation.row.id, cause }, 'an operation cannot be ended');
        forget(operation.row.id);
      });
  }

  async function advance(operation: Active, entries: readonly LogEntry[]): Promise<void> {
    if (stopped || !active.has(operation.row.id)) return;
    const plan = planNextSteps(operation.definition, [...operation.log, ...entries]);
    if (plan.kind === 'finished') {
      await finish(operation, entries, plan);
      return;
    }
    const runs = plan.runs.filter((run) => !operation.inFlight.has(keyOfRun(run)));
    const starts = runs
      .filter((run) => run.alreadyStarted === 'no')
      .map(({ step, direction, attempt }): LogEntry => {
        return { kind: 'started', step, direction, attempt };
      });
    const news = [...entries, ...starts];
    const { id } = operation.row;
    const isFirstUndo =
      plan.status === 'undoing' && !operation.log.some((entry) => entry.direction === 'undo');
    const changes = [
      ...logChanges(id, operation.log.length, news, deps.clock.nowMs()),
      ...(isFirstUndo ? [undoingChange(id)] : []),
    ];
    if (changes.length > 0) {
      const done = await commitInTime(changes);
      if (done === 'stopped') return;
      assert(done.ok, `the log of ${id} is its executor's own`);
    }
    operation.log.push(...news);
    for (const run of runs) void launch(operation, run);
  }

  async function launch(operation: Active, run: StepRun<StepAction>): Promise<void> {
    operation.inFlight.add(keyOfRun(run));
    const delayMs = Math.max(0, run.notBeforeMs - deps.clock.nowMs());
    if (delayMs > 0) {
      await new Promise<void>((resolve) => deps.timers.after(delayMs, () => resolve()));
    }
    if (stopped) return;
    const { step, direction, attempt } = run;
    const stepKey = `${direction === 'undo' ? 'undo:' : ''}${step}#${attempt}`;
    const outcome = await agentSteps.perform(operation.row.id, stepKey, run.action);
    const entry: LogEntry =
      outcome.kind === 'succeeded'
        ? { kind: 'succeeded', step, direction }
        : planRetry(
            { step, direction, attempt, message: outcome.message, next: outcome.next },
            {
              nowMs: deps.clock.nowMs(),
              rng: deps.rng.fork(`retry/${operation.row.id}/${stepKey}`),
            },
          );
    operation.inFlight.delete(keyOfRun(run));
    queueAdvance(operation, [entry]);
  }

  async function finish(
    operation: Active,
    entries: readonly LogEntry[],
    end: OperationEnd,
  ): Promise<void> {
    const { row } = operation;
    const ended = await commitEnd(operation, entries, end);
    forget(row.id);
    if (ended === undefined) return;
    onEvents();
    const level = ended.status === 'succeeded' ? 'info' : 'warn';
    const fields = { operation: row.id, kind: row.kind, target: row.target_id };
    deps.logger[level]({ ...fields, message: ended.message }, `operation ${ended.status}`);
  }

  /**
   * Writes the end down with what its definition wants. Should a guard of that fail, which is a
   * fault in NovaCron, the operation is stuck rather than running for ever.
   * @returns how it ended; undefined when the server stops first
   */
  async function commitEnd(
    operation: Active,
    entries: readonly LogEntry[],
    end: OperationEnd,
  ): Promise<OperationEnd | undefined> {
    const { row, definition, log } = operation;
    const message = `${end.message || 'every step succeeded'}, but the end could not be recorded`;
    const stuck: OperationEnd = { status: 'stuck', message };
    const ways = [
      { end, settling: settlingChanges(definition, end) },
      { end: stuck, settling: settlingChanges(definition, stuck) },
      { end: stuck, settling: [] },
    ];
    for (const way of ways) {
      const done = await commitInTime([
        ...logChanges(row.id, log.length, entries, deps.clock.nowMs()),
        ...way.settling,
        ...endChanges(deps, row, definition, way.end),
      ]);
      if (done === 'stopped') return undefined;
      if (done.ok) return way.end;
      deps.logger.error({ operation: row.id, problem: done.error }, 'an end was refused');
    }
    throw new Error(`the end of ${row.id} cannot be written`);
  }

  /** The log may not have a hole: a commit that cannot be made now is made later. */
  async function commitInTime(changes: ChangeSet): Promise<Result<void, Problem> | 'stopped'> {
    for (;;) {
      const done = await deps.store.commit(changes);
      if (done.ok || !isPassing(done.error)) return done;
      if (stopped) return 'stopped';
      deps.logger.warn({ problem: done.error }, 'the store refuses writes; trying again');
      await new Promise<void>((resolve) => deps.timers.after(COMMIT_RETRY_MS, () => resolve()));
      if (stopped) return 'stopped';
    }
  }

  function forget(operationId: string): void {
    active.delete(operationId);
    for (const wake of [...(watchers.get(operationId) ?? [])]) wake();
    watchers.delete(operationId);
  }

  return {
    start: (row) => take(row, []),
    resume: async () => {
      const rows = await deps.store.read({
        from: 'operations',
        where: { status: { in: ['running', 'undoing'] } },
      });
      for (const row of rows) take(row, await readLog(deps.store, row.id));
      return rows.length;
    },
    waitForEnd: (operationId, { timeoutMs, signal }) =>
      new Promise<void>((resolve) => {
        if (stopped || !active.has(operationId) || signal.aborted) {
          resolve();
          return;
        }
        const wakers = watchers.get(operationId) ?? new Set();
        watchers.set(operationId, wakers);
        const wake = (): void => {
          cancel();
          wakers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const cancel = deps.timers.after(timeoutMs, wake);
        wakers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      }),
    stop: () => {
      stopped = true;
      agentSteps.stop();
      for (const wakers of watchers.values()) for (const wake of [...wakers]) wake();
    },
  };
}

function keyOfRun(run: { readonly step: string; readonly direction: string }): string {
  return `${run.direction}:${run.step}`;
}

/** Trouble of the disk, which a person mends while the server runs. */
function isPassing({ code }: Problem): boolean {
  return code === 'storage-full' || code === 'unavailable';
}
