import type { LogEntry } from '../log/log-entry.ts';
import type { StepDefinition, WorkflowDefinition } from '../model/workflow.ts';
import type { StepStates } from './step-states.ts';

/** Why an operation goes backward although no step has failed, and what to write down of it. */
export interface Rollback {
  readonly message: string;
  readonly entries: readonly LogEntry[];
}

/**
 * Whether somebody or the deadline turned the operation back.
 * @returns undefined while it may go forward; the deadline does not count behind the point of no
 *   return, nor once everything is done
 */
export function rollbackOf(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
  states: StepStates,
  nowMs: number,
): Rollback | undefined {
  const turned = lastRollback(log);
  if (turned !== undefined) return { message: describeRollback(turned), entries: [] };
  const deadlineMs = deadlineOf(definition, log, states);
  if (deadlineMs === undefined || nowMs < deadlineMs) return undefined;
  const entry = { kind: 'turned-back', why: 'expired', by: 'platform' } as const;
  return { message: describeRollback(entry), entries: [entry] };
}

/** When the operation expires; undefined behind the point of no return and where it never does. */
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

/** What first turned the operation back since it last went forward anew. */
function lastRollback(log: readonly LogEntry[]): Turned | undefined {
  let turned: Turned | undefined;
  for (const entry of log) {
    if (entry.kind === 'turned-back') turned ??= entry;
    else if (isBegunAnew(entry)) turned = undefined;
  }
  return turned;
}

/** The deadline that was set when the operation last went forward anew. */
function lastDeadlineOf(log: readonly LogEntry[]): number | undefined {
  const begin = log.findLast(isBegunAnew);
  return begin?.kind === 'retried' ? begin.deadline_ms : undefined;
}

function isBegunAnew(entry: LogEntry): boolean {
  return entry.kind === 'retried' && entry.from_step !== null;
}

/** The step that has begun and cannot be taken back any more, if there is one. */
export function pivotStepOf(
  steps: readonly StepDefinition<unknown>[],
  states: StepStates,
): string | undefined {
  return steps.find(
    ({ name, noReturn }) => noReturn === 'yes' && states.get(name)?.forward.kind !== 'untouched',
  )?.name;
}

function describeRollback(entry: Turned): string {
  return entry.why === 'cancelled'
    ? `it was cancelled by ${entry.by}`
    : 'it was not done before its deadline';
}
