/** Checks whether an operation can be cancelled or retried. */
import type { LogEntry } from './log/log-entry.ts';
import type { WorkflowDefinition } from './model/workflow.ts';
import { planNextSteps } from './plan-next-steps.ts';
import { isPastDoneStep, pivotStepOf } from './rules/decide-rollback.ts';
import { pauseOf } from './rules/pause-of.ts';
import { followSteps, isStepKept, stepStatesOf } from './rules/step-states.ts';

/**
 * Checks whether an operation may be cancelled and rolled back now.
 * @returns why not, as the end of a sentence about it; undefined when it may
 */
export function checkCancel(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
  nowMs: number,
): string | undefined {
  const plan = planNextSteps(definition, log, nowMs);
  if (plan.kind === 'finished') return 'has ended already';
  if (plan.status === 'undoing') return 'is being taken back already';
  if (plan.outcome !== undefined) return 'has ended already, except for its steps of finally';
  const step = pivotStepOf(definition.steps, stepStatesOf(definition.steps, log));
  if (step === undefined) return undefined;
  return `is past the point of no return: step ${step} has begun and cannot be taken back`;
}

/**
 * Checks whether an operation may be paused now.
 * @returns why not, as the end of a sentence about it; undefined when it may
 */
export function checkPause(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
  nowMs: number,
): string | undefined {
  const pause = pauseOf(log);
  if (pause !== undefined) return `was paused already by ${pause.by}`;
  const plan = planNextSteps(definition, log, nowMs);
  if (plan.kind === 'finished') return 'has ended already';
  if (plan.status === 'undoing') return 'is being taken back';
  return plan.stopping === 'yes' ? 'is about to end: a step has failed' : undefined;
}

/**
 * Checks whether a failed operation may be retried from a step.
 * @returns why not, as the end of a sentence about it; undefined when it may
 */
export function checkRetryFrom(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
  fromStep: string,
): string | undefined {
  const { steps, retryFrom = [] } = definition;
  if (!steps.some(({ name }) => name === fromStep)) return `has no step ${fromStep}`;
  if (!retryFrom.includes(fromStep)) return `cannot go forward again from step ${fromStep}`;
  const { states, planned, add } = followSteps(steps);
  add(log);
  const byName = new Map(planned().map((step) => [step.name, step]));
  const waiting = [...(byName.get(fromStep)?.after ?? [])];
  const seen = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const step = byName.get(name);
    if (step === undefined || seen.has(name)) continue;
    seen.add(name);
    if (!isStepKept(states.get(name))) return `needs step ${name}, which was not kept`;
    waiting.push(...step.after);
  }
  return undefined;
}

/**
 * Returns the step from which an operation goes forward that cannot be undone any more.
 * @returns undefined where it can be undone, or where no step has failed
 */
export function stepToGoForwardFrom(
  { steps }: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
): string | undefined {
  const states = stepStatesOf(steps, log);
  if (!isPastDoneStep(steps, states)) return undefined;
  return steps.find(({ name }) => states.get(name)?.forward.kind === 'failed')?.name;
}

/**
 * Returns the names of steps, and of items, whose undo has failed for good: a person may take them
 * back by hand, and say so.
 */
export function stepsNotUndone(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
): readonly string[] {
  return [...stepStatesOf(definition.steps, log)].flatMap(([name, { backward }]) =>
    backward.kind === 'failed' ? [name] : [],
  );
}

/** Returns the names of steps whose undo was abandoned because of a fault that may have passed. */
export function stepsWithAbandonedUndo(
  definition: WorkflowDefinition<unknown>,
  log: readonly LogEntry[],
): readonly string[] {
  return [...stepStatesOf(definition.steps, log)].flatMap(([name, { backward }]) =>
    backward.kind === 'failed' && backward.gaveUp === 'yes' ? [name] : [],
  );
}
