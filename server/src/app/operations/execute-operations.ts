/**
 * Runs admitted operations: what may run next follows from definition and log (engine/workflow),
 * each outcome and the starts it leads to are one commit, and a killed server resumes where the log
 * ends.
 */
import { problem, toProblemDocument } from '@novacron/contract/problem';
import type { LogEntry, StepRun } from '@novacron/engine/workflow/model';
import { planNextSteps } from '@novacron/engine/workflow/plan-next-steps';
import { planRetry } from '@novacron/engine/workflow/rules/plan-retry';
import type { Change, ChangeSet } from '../../ports/store.ts';
import type { Tables } from '../../ports/tables.ts';
import type { AppDeps } from '../deps.ts';
import { eventChange } from '../events.ts';
import { readLog } from './answer-operation.ts';
import {
  decodeDefinition,
  encodeDefinition,
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
      });
  }

  async function advance(operation: Active, entries: readonly LogEntry[]): Promise<void> {
    if (stopped) return;
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
    const changes = [
      ...logChanges(operation, news, deps.clock.nowMs()),
      ...statusChanges(operation, plan.status),
    ];
    if (changes.length > 0) await commitUntilDone(changes);
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
    end: { readonly status: 'succeeded' | 'failed' | 'stuck'; readonly message: string },
  ): Promise<void> {
    const { row, definition } = operation;
    const byStatus: Record<typeof end.status, ChangeSet> = {
      succeeded: definition.onSuccess,
      failed: definition.onFailure,
      stuck: [],
    };
    await commitUntilDone([
      ...logChanges(operation, entries, deps.clock.nowMs()),
      ...byStatus[end.status],
      endChange(row, end, deps.clock.nowMs()),
      eventChange(deps, {
        tenantId: row.tenant_id,
        type: `${row.kind}.${end.status}`,
        source: 'operations',
        target: row.target_id,
        priority: end.status === 'succeeded' ? 'normal' : 'high',
        data: { operation_id: row.id, name: row.target_name },
      }),
    ]);
    active.delete(row.id);
    onEvents();
    for (const wake of watchers.get(row.id) ?? []) wake();
    watchers.delete(row.id);
    const level = end.status === 'succeeded' ? 'info' : 'warn';
    const fields = { operation: row.id, kind: row.kind, target: row.target_id };
    deps.logger[level]({ ...fields, message: end.message }, `operation ${end.status}`);
  }

  /** The log may not have a hole: a commit that cannot be made now is made later. */
  async function commitUntilDone(changes: ChangeSet): Promise<void> {
    for (;;) {
      const done = await deps.store.commit(changes);
      if (done.ok) return;
      if (done.error.code !== 'storage-full' && done.error.code !== 'unavailable') {
        throw new Error(`an operation's own commit was refused: ${done.error.detail}`);
      }
      deps.logger.warn({ problem: done.error }, 'the store refuses writes; trying again');
      await new Promise<void>((resolve) => deps.timers.after(COMMIT_RETRY_MS, () => resolve()));
      if (stopped) return;
    }
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
        if (!active.has(operationId) || signal.aborted) {
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

function logChanges(operation: Active, entries: readonly LogEntry[], nowMs: number): Change[] {
  return entries.map((entry, index) => {
    const seq = operation.log.length + index + 1;
    return {
      kind: 'insert',
      into: 'operation_log',
      row: {
        id: `${operation.row.id}/${seq}`,
        operation_id: operation.row.id,
        seq,
        entry_json: JSON.stringify(entry),
        at_ms: nowMs,
      },
      otherwise: brokenLog(operation.row.id),
    };
  });
}

function statusChanges(operation: Active, status: 'running' | 'undoing'): Change[] {
  const isFirstUndo =
    status === 'undoing' && !operation.log.some((entry) => entry.direction === 'undo');
  if (!isFirstUndo) return [];
  return [
    {
      kind: 'update',
      table: 'operations',
      id: operation.row.id,
      set: { status },
      otherwise: brokenLog(operation.row.id),
    },
  ];
}

function endChange(
  row: OperationRow,
  end: { readonly status: string; readonly message: string },
  nowMs: number,
): Change {
  const found = problem('operation-failed', {
    detail: `${row.kind} of ${row.target_name} failed: ${end.message}`,
    remedy:
      end.status === 'stuck'
        ? 'An operator of the server must look at the node; `novacron operation show` has the steps.'
        : 'Everything was undone. Mend the cause and ask again.',
  });
  return {
    kind: 'update',
    table: 'operations',
    id: row.id,
    set: {
      status: end.status,
      finished_at_ms: nowMs,
      problem_json: end.status === 'succeeded' ? null : JSON.stringify(toProblemDocument(found)),
      definition_json: encodeDefinition({ ...decodeDefinition(row), onSuccess: [], onFailure: [] }),
    },
    otherwise: brokenLog(row.id),
  };
}

function brokenLog(operationId: string) {
  return problem('internal', {
    detail: `The log of ${operationId} was written by somebody else at the same time.`,
    remedy: 'Make sure that one server only runs on this store.',
  });
}
