/** Decides what an operation does next, from its definition and its log alone. */
import { assert } from '@novacron/contract/result';
import type { LogEntry } from './log-entry.ts';
import type { StepDefinition, StepRun, WorkflowDefinition, WorkflowPlan } from './model.ts';
import { type SideState, type StepState, stateOfSteps } from './rules/state-of-steps.ts';

/**
 * Plans the next steps.
 * @param definition - the steps; every name in `after` must be the name of another step
 * @param log - everything that has happened, in order
 * @returns the steps to run now, or how the operation ended
 */
export function planNextSteps<Action>(
  definition: WorkflowDefinition<Action>,
  log: readonly LogEntry[],
): WorkflowPlan<Action> {
  const states = stateOfSteps(definition.steps, log);
  const failure = firstFailure(definition.steps, states);
  const plan =
    failure === undefined
      ? planForward(definition.steps, states)
      : planBackward(definition.steps, states, failure);
  assert(
    plan.kind === 'finished' || plan.runs.length > 0,
    'an operation that has not ended has something to do: are its steps a cycle?',
  );
  return plan;
}

function planForward<Action>(
  steps: readonly StepDefinition<Action>[],
  states: ReadonlyMap<string, StepState>,
): WorkflowPlan<Action> {
  const done = new Set(steps.filter((step) => isDone(step, states)).map((step) => step.name));
  if (done.size === steps.length) return { kind: 'finished', status: 'succeeded', message: '' };
  const runs = steps
    .filter((step) => step.after.every((name) => done.has(name)))
    .flatMap((step) => toRun(step.name, 'do', step.action, forwardOf(states, step.name)));
  return { kind: 'run', status: 'running', runs };
}

function isDone(step: StepDefinition<unknown>, states: ReadonlyMap<string, StepState>): boolean {
  const { kind } = forwardOf(states, step.name);
  return kind === 'succeeded' || (kind === 'failed' && step.whenFailed === 'go-on');
}

/**
 * Undoes what was started, dependents first; a step still waiting to retry is not tried again. An
 * undo that gave up holds up those before it only: everything else is taken back all the same.
 */
function planBackward<Action>(
  steps: readonly StepDefinition<Action>[],
  states: ReadonlyMap<string, StepState>,
  failure: string,
): WorkflowPlan<Action> {
  const running = steps.filter((step) => forwardOf(states, step.name).kind === 'started');
  if (running.length > 0) {
    const runs = running.flatMap((step) =>
      toRun(step.name, 'do', step.action, forwardOf(states, step.name)),
    );
    return { kind: 'run', status: 'undoing', runs };
  }
  const left = steps.filter((step) => needsUndo(step, states));
  if (left.length === 0) return { kind: 'finished', status: 'failed', message: failure };
  const blocked = ancestorsOf(steps, left);
  const runs = left
    .filter((step) => !blocked.has(step.name))
    .flatMap((step) =>
      step.undo === null ? [] : toRun(step.name, 'undo', step.undo, backwardOf(states, step.name)),
    );
  if (runs.length > 0) return { kind: 'run', status: 'undoing', runs };
  const reasons = left.flatMap((step) => {
    const side = backwardOf(states, step.name);
    return side.kind === 'failed'
      ? [`taking back step ${step.name} failed too: ${side.message}`]
      : [];
  });
  return { kind: 'finished', status: 'stuck', message: [failure, ...reasons].join('; ') };
}

function needsUndo<Action>(
  step: StepDefinition<Action>,
  states: ReadonlyMap<string, StepState>,
): boolean {
  if (step.undo === null || forwardOf(states, step.name).kind === 'untouched') return false;
  return backwardOf(states, step.name).kind !== 'succeeded';
}

/** The names of all steps that come before any of the given ones. */
function ancestorsOf(
  steps: readonly StepDefinition<unknown>[],
  of: readonly StepDefinition<unknown>[],
): ReadonlySet<string> {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const found = new Set<string>();
  const waiting = of.flatMap((step) => step.after);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...(byName.get(name)?.after ?? []));
  }
  return found;
}

function toRun<Action>(
  step: string,
  direction: 'do' | 'undo',
  action: Action,
  side: SideState,
): StepRun<Action>[] {
  switch (side.kind) {
    case 'untouched':
      return [{ step, direction, attempt: 1, action, notBeforeMs: 0, alreadyStarted: 'no' }];
    case 'started':
      return [
        { step, direction, attempt: side.attempt, action, notBeforeMs: 0, alreadyStarted: 'yes' },
      ];
    case 'waiting-to-retry': {
      const { notBeforeMs } = side;
      const attempt = side.attempt + 1;
      return [{ step, direction, attempt, action, notBeforeMs, alreadyStarted: 'no' }];
    }
    case 'succeeded':
    case 'failed':
      return [];
  }
}

function firstFailure(
  steps: readonly StepDefinition<unknown>[],
  states: ReadonlyMap<string, StepState>,
): string | undefined {
  for (const step of steps) {
    const side = forwardOf(states, step.name);
    if (side.kind === 'failed' && !isDone(step, states))
      return `step ${step.name} failed: ${side.message}`;
  }
  return undefined;
}

function forwardOf(states: ReadonlyMap<string, StepState>, name: string): SideState {
  const state = states.get(name);
  assert(state !== undefined, `step ${name} is in the definition`);
  return state.forward;
}

function backwardOf(states: ReadonlyMap<string, StepState>, name: string): SideState {
  const state = states.get(name);
  assert(state !== undefined, `step ${name} is in the definition`);
  return state.backward;
}
