/** Explains the progress of an operation. */
import type { OperationStep } from '@novacron/contract/operation/operation';
import { assert } from '@novacron/contract/result';
import type { LogEntry } from './log/log-entry.ts';
import type { WorkflowDefinition } from './model/workflow.ts';
import { followSteps, type SideState, type StepState } from './rules/step-states.ts';

const PERCENT = 100;

/** Steps with their status, and progress in percent of the steps done (0 to 100). */
export interface WorkflowProgress {
  readonly steps: readonly OperationStep[];
  readonly progressPercent: number;
}

/** A running attempt at a step. */
export interface RunningStep<Action> {
  readonly step: string;
  readonly attempt: number;
  readonly action: Action;
}

/**
 * Describes an operation's progress from its definition and log.
 * @param percentWithin - progress of a running step, 0 to 100; undefined where unknown
 */
export function explainWorkflow<Action>(
  definition: WorkflowDefinition<Action>,
  log: readonly LogEntry[],
  percentWithin: (run: RunningStep<Action>) => number | undefined = () => undefined,
): WorkflowProgress {
  const { states, planned, add } = followSteps(definition.steps);
  add(log);
  const isUndoing = [...states.values()].some(({ backward }) => isUnderWay(backward));
  const isOver = (name: string): boolean => {
    const kind = states.get(name)?.forward.kind;
    return kind === 'succeeded' || kind === 'failed';
  };
  const steps = planned().map(({ name, after, action, whenFailed }): OperationStep => {
    const state = states.get(name);
    assert(state !== undefined, `the step ${name} has a state`);
    const [status, attempts] = [statusOf(state), attemptsOf(state)];
    const percent =
      state.forward.kind === 'started' && status === 'running'
        ? percentWithin({ step: name, attempt: attempts, action })
        : undefined;
    const within = percent === undefined ? {} : { progress_percent: percent };
    const isCause = state.forward.kind === 'failed' && (whenFailed ?? 'take-back') === 'take-back';
    const detail = isCause && !isUndoing ? undefined : messageOf(state);
    const said = detail === undefined ? {} : { detail };
    const needs = status === 'waiting' && !isUndoing ? after.filter((each) => !isOver(each)) : [];
    const waits = needs.length === 0 ? {} : { waits_for: needs };
    return { name, status, attempts, ...within, ...said, ...waits };
  });
  if (steps.length === 0) return { steps, progressPercent: PERCENT };
  const parts = steps.map(({ status, progress_percent = 0 }) =>
    status === 'succeeded' ? PERCENT : progress_percent,
  );
  const sum = parts.reduce((total, part) => total + part, 0);
  return { steps, progressPercent: Math.round(sum / steps.length) };
}

function statusOf(state: StepState): OperationStep['status'] {
  if (state.backward.kind === 'succeeded') return 'undone';
  if (state.backward.kind !== 'untouched') return 'undoing';
  switch (state.forward.kind) {
    case 'untouched':
      return 'waiting';
    case 'started':
    case 'waiting-to-retry':
      return 'running';
    case 'succeeded':
      return 'succeeded';
    case 'failed':
      return 'failed';
  }
}

function isUnderWay({ kind }: SideState): boolean {
  return kind === 'started' || kind === 'waiting-to-retry';
}

/**
 * Returns the error of a step's last failed attempt, or of its undo, that is retried or whose
 * operation continues, or the last result of a check. If the failure of a step ends its operation,
 * the operation's problem reports it as soon as it has ended.
 */
function messageOf({ forward, backward }: StepState): string | undefined {
  const side = backward.kind === 'untouched' ? forward : backward;
  const isEnd = side === backward && side.kind === 'failed';
  return isEnd || !('message' in side) ? undefined : side.message;
}

function attemptsOf(state: StepState): number {
  return state.forward.attempt;
}
