import type { LogEntry } from '../log-entry.ts';
import type { StepDefinition, WorkflowDefinition } from '../model.ts';
import type { StepState } from './state-of-steps.ts';

/** Why an operation goes backward although no step has failed, and what to write down of it. */
export interface Turn {
  readonly message: string;
  readonly entries: readonly LogEntry[];
}

/**
 * Whether somebody or the deadline turned the operation back.
 * @returns undefined while it may go forward; the deadline does not count behind the point of no
 *   return, nor once everything is done
 */
export function turnOf(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
  states: ReadonlyMap<string, StepState>,
  nowMs: number,
): Turn | undefined {
  const { begin } = lastBegin(log);
  const turned = log.slice(begin).find((each) => each.kind === 'turned-back');
  if (turned !== undefined) return { message: sayTurn(turned), entries: [] };
  const deadlineMs = deadlineOf(definition, log, states);
  if (deadlineMs === undefined || nowMs < deadlineMs) return undefined;
  const entry = { kind: 'turned-back', why: 'expired', by: 'platform' } as const;
  return { message: sayTurn(entry), entries: [entry] };
}

/** When the operation expires; undefined behind the point of no return and where it never does. */
export function deadlineOf(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
  states: ReadonlyMap<string, StepState>,
): number | undefined {
  if (stepOfNoReturn(definition.steps, states) !== undefined) return undefined;
  return lastBegin(log).deadlineMs ?? definition.deadlineMs;
}

/** Where the log of the last time that the operation went forward begins. */
function lastBegin(log: readonly LogEntry[]) {
  const index = log.findLastIndex((each) => each.kind === 'retried' && each.from_step !== null);
  const retried = log[index];
  const deadlineMs = retried?.kind === 'retried' ? retried.deadline_ms : undefined;
  return { begin: index + 1, deadlineMs };
}

/** The step that has begun and cannot be taken back any more, if there is one. */
export function stepOfNoReturn(
  steps: readonly StepDefinition<unknown>[],
  states: ReadonlyMap<string, StepState>,
): string | undefined {
  return steps.find(
    ({ name, noReturn }) => noReturn === 'yes' && states.get(name)?.forward.kind !== 'untouched',
  )?.name;
}

function sayTurn(entry: Extract<LogEntry, { readonly kind: 'turned-back' }>): string {
  return entry.why === 'cancelled'
    ? `it was cancelled by ${entry.by}`
    : 'it was not done before its deadline';
}
