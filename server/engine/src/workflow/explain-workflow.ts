/** Tells people how far an operation is. */
import type { OperationStep } from '@novacron/contract/operation';
import type { LogEntry } from './log-entry.ts';
import type { WorkflowDefinition } from './model.ts';
import { type StepState, stateOfSteps } from './rules/state-of-steps.ts';

/** Steps with their status, and progress in percent of the steps done (0 to 100). */
export interface WorkflowProgress {
  readonly steps: readonly OperationStep[];
  readonly progressPercent: number;
}

/** Describes an operation's progress from its definition and log. */
export function explainWorkflow(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
): WorkflowProgress {
  const states = stateOfSteps(definition.steps, log);
  const steps = [...states].map(([name, state]) => ({
    name,
    status: statusOf(state),
    attempts: attemptsOf(state),
  }));
  const done = steps.filter((step) => step.status === 'succeeded').length;
  const progressPercent = steps.length === 0 ? 100 : Math.round((done / steps.length) * 100);
  return { steps, progressPercent };
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

function attemptsOf(state: StepState): number {
  return state.forward.attempt;
}
