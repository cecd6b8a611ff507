import type { LogEntry } from '../log/log-entry.ts';
import type { StepDefinition, WorkflowDefinition } from '../model/workflow.ts';
import { isHeld, pauseOf, stoppedSince } from './pause-of.ts';
import { isStepKept, type StepState, type StepStates } from './step-states.ts';

/** The reason of a rollback without a failed step, and the log entries for it. */
export interface Rollback {
  readonly message: string;
  readonly entries: readonly LogEntry[];
}

/**
 * Decides whether a cancellation or the deadline rolls the operation back.
 * @returns undefined while it may go forward; the deadline does not apply after the pivot step, nor
 *   once everything is done
 */
export function rollbackOf(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
  states: StepStates,
  nowMs: number,
): Rollback | undefined {
  const turned = lastRollback(log);
  // It was cancelled, or expired, while this step ran: that came too late.
  if (turned !== undefined && isPastDoneStep(definition.steps, states)) return undefined;
  if (turned !== undefined) return { message: describeRollback(turned), entries: [] };
  const deadlineMs = deadlineOf(definition, log, states);
  if (deadlineMs === undefined || nowMs < deadlineMs) return undefined;
  const entry = { kind: 'turned-back', why: 'expired', by: 'platform' } as const;
  return { message: describeRollback(entry), entries: [entry] };
}

/** Returns when the operation expires; undefined after the pivot step and where it never does. */
export function deadlineOf(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
  states: StepStates,
): number | undefined {
  const deadlineMs = lastDeadlineOf(log) ?? definition.deadlineMs;
  if (deadlineMs === undefined) return undefined;
  return pivotStepOf(definition.steps, states) === undefined ? deadlineMs : undefined;
}

type Turned = Extract<LogEntry, { readonly kind: 'turned-back' }>;

/** Returns the first rollback since the operation last went forward again. */
function lastRollback(log: readonly LogEntry[]): Turned | undefined {
  let turned: Turned | undefined;
  for (const entry of log) {
    if (entry.kind === 'turned-back') turned ??= entry;
    else if (isRetriedForward(entry)) turned = undefined;
  }
  return turned;
}

/** Whether a person has cancelled the operation since it last went forward again. */
export function isCancelled(log: readonly LogEntry[]): boolean {
  return lastRollback(log)?.why === 'cancelled';
}

/** Returns the deadline that was set when the operation last went forward again. */
function lastDeadlineOf(log: readonly LogEntry[]): number | undefined {
  const begin = log.findLast(
    (entry) => entry.kind === 'resumed' || entry.kind === 'released' || isRetriedForward(entry),
  );
  switch (begin?.kind) {
    case 'retried':
    case 'resumed':
    case 'released':
      return begin.deadline_ms;
    default:
      return undefined;
  }
}

/**
 * Returns the deadline of an operation whose pause or hold ends: later by the time that nothing of
 * it began. Where it is both paused and held, the one that ends last makes it later.
 * @param ends - what ends now
 * @returns undefined where it never expires
 */
export function deadlineAfterStop(
  { deadlineMs }: Pick<WorkflowDefinition<unknown>, 'deadlineMs'>,
  log: readonly LogEntry[],
  { ends, nowMs }: { readonly ends: 'pause' | 'hold'; readonly nowMs: number },
): number | undefined {
  const before = lastDeadlineOf(log) ?? deadlineMs;
  const sinceMs = stoppedSince(log);
  const goesOn = ends === 'pause' ? isHeld(log) : pauseOf(log) !== undefined;
  if (before === undefined || sinceMs === undefined || goesOn) return before;
  return before + Math.max(0, nowMs - sinceMs);
}

function isRetriedForward(entry: LogEntry): boolean {
  return entry.kind === 'retried' && entry.from_step !== null;
}

/**
 * Whether a step has succeeded that cannot be undone from then on, and nothing took it back: a
 * retry that begins it again, and fails, takes nothing back either.
 */
export function isPastDoneStep(
  steps: readonly StepDefinition<unknown>[],
  states: StepStates,
): boolean {
  return steps.some(
    ({ name, noReturn }) => noReturn === 'once-done' && hasPassed(states.get(name)),
  );
}

function hasPassed(state: StepState | undefined): boolean {
  return isStepKept(state) || state?.doneBefore === 'yes';
}

/**
 * Returns the pivot step, if there is one: it has begun and cannot be undone, or it cannot be
 * undone because it has succeeded.
 */
export function pivotStepOf(
  steps: readonly StepDefinition<unknown>[],
  states: StepStates,
): string | undefined {
  return steps.find(({ name, noReturn }) => {
    if (noReturn === 'once-done') return hasPassed(states.get(name));
    return noReturn === 'yes' && states.get(name)?.forward.kind !== 'untouched';
  })?.name;
}

function describeRollback(entry: Turned): string {
  return entry.why === 'cancelled'
    ? `it was cancelled by ${entry.by}`
    : 'it was not done before its deadline';
}
