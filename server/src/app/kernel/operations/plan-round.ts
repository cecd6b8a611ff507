/** Selects the parts of a plan that are due now, and the time of the next planning. */
import { assert } from '@novacron/contract/result';
import type { Direction, LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { StepRun, WorkflowPlan } from '@novacron/engine/sagas/model/workflow';
import type { StepAction } from '../definitions/operation-definition.ts';
import type { StepAttempt } from './perform-agent-steps.ts';

/** One round of an operation. */
export interface Round<Action> {
  /** To launch now. */
  readonly runs: readonly StepRun<Action>[];
  /** The log entries of these starts, to be committed before. */
  readonly starts: readonly LogEntry[];
  /** Time at which the next part is due; undefined if only an outcome can advance the operation. */
  readonly wakeAtMs: number | undefined;
}

/**
 * Selects what is due. A retry that is not due yet is not logged as started: until then the
 * operation can roll back without waiting for it.
 * @param inFlight - keys of the runs in progress
 */
export function planRound<Action>(
  plan: Extract<WorkflowPlan<Action>, { readonly kind: 'run' }>,
  inFlight: ReadonlySet<string>,
  nowMs: number,
): Round<Action> {
  const runs: StepRun<Action>[] = [];
  const starts: LogEntry[] = [];
  let wakeAtMs = plan.deadlineMs;
  for (const run of plan.runs) {
    if (inFlight.has(keyOfRun(run))) continue;
    if (run.notBeforeMs > nowMs) {
      wakeAtMs = Math.min(wakeAtMs ?? run.notBeforeMs, run.notBeforeMs);
      continue;
    }
    runs.push(run);
    if (run.alreadyStarted === 'yes') continue;
    const { step, direction, attempt } = run;
    starts.push({ kind: 'started', step, direction, attempt, at_ms: nowMs });
  }
  return { runs, starts, wakeAtMs };
}

/** Names a run within its operation. */
export function keyOfRun(run: { readonly step: string; readonly direction: string }): string {
  return `${run.direction}:${run.step}`;
}

/** Names an attempt in the journal of its agent. */
export function stepKeyOf(run: {
  readonly step: string;
  readonly direction: Direction;
  readonly attempt: number;
}): string {
  return `${run.direction === 'undo' ? 'undo:' : ''}${run.step}#${run.attempt}`;
}

/**
 * Returns the data of a run that an agent needs besides its action.
 * @param log - where the start of the run is logged; its position there, from 1, is lower than that
 *   of any later decision about the same step
 */
export function attemptOf(
  operationId: string,
  log: readonly LogEntry[],
  run: { readonly step: string; readonly direction: Direction; readonly attempt: number },
): StepAttempt {
  const { step, direction, attempt } = run;
  const stepKey = stepKeyOf(run);
  const index = log.findLastIndex(
    (entry) =>
      entry.kind === 'started' &&
      entry.step === step &&
      entry.direction === direction &&
      entry.attempt === attempt,
  );
  if (index < 0) assert(false, `${stepKey} was written down before it began`);
  return { operationId, stepKey, sequence: index + 1 };
}

/** Returns the action of a run; for an item, the action names it. */
export function actionOf({ action, item }: StepRun<StepAction>): StepAction {
  return action.kind === 'automation' && item !== undefined ? { ...action, item } : action;
}

/** Whether a run is one of those with these keys. */
export const isOver =
  (keys: ReadonlySet<string>) =>
  (run: StepRun<StepAction>): boolean =>
    keys.has(keyOfRun(run));
