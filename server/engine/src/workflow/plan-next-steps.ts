/** Decides what an operation does next, from its definition and its log alone. */
import { assert } from '@novacron/contract/result';
import type { LogEntry } from './log-entry.ts';
import type { StepDefinition, StepRun, WorkflowDefinition, WorkflowPlan } from './model.ts';
import { patienceOf } from './rules/plan-retry.ts';
import {
  isStepDone,
  isStepKept,
  type SideState,
  type StepState,
  stateOfSteps,
} from './rules/state-of-steps.ts';
import { deadlineOf, turnOf } from './rules/turn-back.ts';

/**
 * Plans the next steps.
 * @param definition - the steps; every name in `after` must be the name of another step
 * @param log - everything that has happened, in order
 * @param nowMs - decides about the deadline, and about nothing else
 * @returns the steps to run now, or how the operation ended
 */
export function planNextSteps<Action>(
  definition: WorkflowDefinition<Action>,
  log: readonly LogEntry[],
  nowMs: number,
): WorkflowPlan<Action> {
  const { steps } = definition;
  const states = stateOfSteps(steps, log);
  const plan = planDirection(definition, log, states, nowMs);
  assert(
    plan.kind === 'finished' || plan.runs.length > 0,
    'an operation that has not ended has something to do: are its steps a cycle?',
  );
  return plan;
}

function planDirection<Action>(
  definition: WorkflowDefinition<Action>,
  log: readonly LogEntry[],
  states: ReadonlyMap<string, StepState>,
  nowMs: number,
): WorkflowPlan<Action> {
  const { steps } = definition;
  const failure = firstFailure(steps, states);
  const turn = turnOf(definition, log, states, nowMs);
  // A deadline that passes while a failed step is taken back anyway changes nothing.
  const isTurned = turn !== undefined && (failure === undefined || turn.entries.length === 0);
  const isDone = isTurned && steps.every((step) => isStepKept(step, states.get(step.name)));
  if (isTurned && !(isDone && turn.entries.length > 0)) {
    return { ...planBackward(steps, states, turn.message), entries: turn.entries };
  }
  if (failure !== undefined) return planBackward(steps, states, failure);
  const plan = planForward(steps, states);
  return plan.kind === 'run' ? { ...plan, deadlineMs: deadlineOf(definition, log, states) } : plan;
}

function planForward<Action>(
  steps: readonly StepDefinition<Action>[],
  states: ReadonlyMap<string, StepState>,
): WorkflowPlan<Action> {
  const done = new Set<string>();
  for (const step of steps) if (isStepDone(step, states.get(step.name))) done.add(step.name);
  if (done.size === steps.length) {
    return { kind: 'finished', status: 'succeeded', message: '', entries: [] };
  }
  // Most steps of a long operation have ended: nothing is made for those.
  const next = steps.filter(
    ({ name, after }) => !done.has(name) && after.every((each) => done.has(each)),
  );
  const runs = next.flatMap((step) => toRun(step, 'do', step.action, forwardOf(states, step.name)));
  return { kind: 'run', status: 'running', runs, entries: [], deadlineMs: undefined };
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
      toRun(step, 'do', step.action, forwardOf(states, step.name)),
    );
    return { kind: 'run', status: 'undoing', runs, entries: [], deadlineMs: undefined };
  }
  const left = steps.filter((step) => needsUndo(step, states));
  if (left.length === 0) {
    return { kind: 'finished', status: 'failed', message: failure, entries: [] };
  }
  const blocked = ancestorsOf(steps, left);
  const runs = left
    .filter((step) => !blocked.has(step.name))
    .flatMap((step) =>
      step.undo === null ? [] : toRun(step, 'undo', step.undo, backwardOf(states, step.name)),
    );
  if (runs.length > 0)
    return { kind: 'run', status: 'undoing', runs, entries: [], deadlineMs: undefined };
  const reasons = left.flatMap((step) => {
    const side = backwardOf(states, step.name);
    return side.kind === 'failed'
      ? [`taking back step ${step.name} failed too: ${side.message}`]
      : [];
  });
  const message = [failure, ...reasons].join('; ');
  return { kind: 'finished', status: 'stuck', message, entries: [] };
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
  { name: step, patience: own }: StepDefinition<Action>,
  direction: 'do' | 'undo',
  action: Action,
  side: SideState,
): StepRun<Action>[] {
  if (side.kind === 'succeeded' || side.kind === 'failed') return [];
  const isStarted = side.kind === 'started';
  const attempt = isStarted ? side.attempt : side.attempt + 1;
  return [
    {
      step,
      direction,
      attempt,
      action,
      notBeforeMs: side.kind === 'waiting-to-retry' ? side.notBeforeMs : 0,
      alreadyStarted: isStarted ? 'yes' : 'no',
      series:
        side.kind === 'untouched' ? { firstAttempt: attempt, sinceMs: undefined } : side.series,
      patience: patienceOf(direction, own),
    },
  ];
}

function firstFailure(
  steps: readonly StepDefinition<unknown>[],
  states: ReadonlyMap<string, StepState>,
): string | undefined {
  for (const step of steps) {
    const state = stateOf(states, step.name);
    if (state.forward.kind === 'failed' && !isStepDone(step, state))
      return `step ${step.name} failed: ${state.forward.message}`;
  }
  return undefined;
}

function forwardOf(states: ReadonlyMap<string, StepState>, name: string): SideState {
  return stateOf(states, name).forward;
}

function backwardOf(states: ReadonlyMap<string, StepState>, name: string): SideState {
  return stateOf(states, name).backward;
}

function stateOf(states: ReadonlyMap<string, StepState>, name: string): StepState {
  const state = states.get(name);
  // The sentence is made only where it is needed: this is asked for every step of every plan.
  if (state === undefined) assert(false, `step ${name} is in the definition`);
  return state;
}
