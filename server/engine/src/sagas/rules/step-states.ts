import type { Direction, LogEntry, StepEntry } from '../log/log-entry.ts';
import type { Series, StepDefinition, WhenFailed } from '../model/workflow.ts';
import { countItems, expandSteps, type PlannedStep } from './expand-steps.ts';

/** The state of one direction of a step. Attempts keep counting when it is begun again. */
export type SideState =
  | { readonly kind: 'untouched'; readonly attempt: number }
  | {
      readonly kind: 'started';
      readonly attempt: number;
      readonly series: Series;
      /** Error of the previous attempt. */
      readonly message?: string;
    }
  | {
      readonly kind: 'waiting-to-retry';
      readonly attempt: number;
      readonly series: Series;
      readonly notBeforeMs: number;
      readonly message: string;
    }
  | { readonly kind: 'succeeded'; readonly attempt: number }
  | {
      readonly kind: 'failed';
      readonly attempt: number;
      readonly message: string;
      /** `yes`: the fault might have passed. */
      readonly gaveUp: 'yes' | 'no';
    };

/** The state of both directions of a step. */
export interface StepState {
  readonly forward: SideState;
  readonly backward: SideState;
  /** Effect of a final failure, from the step's definition. */
  readonly whenFailed: WhenFailed;
  /** It had succeeded, and nothing had taken it back, when a retry began it again. */
  readonly doneBefore?: 'yes';
}

/** The states of the steps of an operation, by name. */
export type StepStates = ReadonlyMap<string, StepState>;

/** The steps of an operation whose log grows. */
export interface FollowedSteps<Action> {
  /** The current states: the same map, changed by each `add`. */
  readonly states: StepStates;
  /** The current steps: those of the definition, and those of items that the log knows. */
  readonly planned: () => readonly PlannedStep<Action>[];
  /** Folds in what the log has more; entries about unknown steps are ignored. */
  readonly add: (entries: readonly LogEntry[]) => void;
}

/** A state while the log is being folded. */
interface Folding extends StepState {
  forward: SideState;
  backward: SideState;
  doneBefore?: 'yes';
}

const SIDE_OF = { do: 'forward', undo: 'backward' } as const satisfies Record<
  Direction,
  keyof StepState
>;

const UNTOUCHED: SideState = { kind: 'untouched', attempt: 0 };

/** Folds the log into the state of every step; entries about unknown steps are ignored. */
export function stepStatesOf(
  steps: readonly StepDefinition<unknown>[],
  log: readonly LogEntry[],
): StepStates {
  const { states, add } = followSteps(steps);
  add(log);
  return states;
}

/**
 * Follows the steps from the beginning of a log: a caller that plans after each entry need not fold
 * the whole log again, which would take quadratic time.
 */
export function followSteps<Action>(
  steps: readonly StepDefinition<Action>[],
): FollowedSteps<Action> {
  const states = new Map<string, Folding>();
  const counts = new Map<string, number>();
  let planned: readonly PlannedStep<Action>[] = steps;
  addStates(states, steps);
  return {
    states,
    planned: () => planned,
    add: (entries) => {
      for (const entry of entries) {
        addEntry(planned, states, entry);
        if (!countItems(counts, entry)) continue;
        planned = expandSteps(steps, counts);
        addStates(states, planned);
      }
    },
  };
}

/** An item that was there before keeps its state: its attempts keep counting. */
function addStates(states: Map<string, Folding>, steps: readonly StepDefinition<unknown>[]): void {
  for (const { name, whenFailed = 'take-back' } of steps) {
    if (states.has(name)) continue;
    states.set(name, { forward: UNTOUCHED, backward: UNTOUCHED, whenFailed });
  }
}

function addEntry(
  steps: readonly PlannedStep<unknown>[],
  states: ReadonlyMap<string, Folding>,
  entry: LogEntry,
): void {
  switch (entry.kind) {
    case 'turned-back':
    case 'paused':
    case 'resumed':
    case 'held':
    case 'released':
    case 'queued':
    case 'dequeued':
      break;
    case 'retried':
      if (entry.from_step === null) retryUndos(states);
      else retryForward(steps, states, entry.from_step);
      break;
    default:
      applyEntry(states, entry);
  }
}

/** Whether a step counts as done: what comes after it may start. */
export function isStepDone(state: StepState | undefined): boolean {
  const kind = state?.forward.kind;
  return kind === 'succeeded' || (kind === 'failed' && state?.whenFailed === 'go-on');
}

/** Whether a step is done and nothing of it was taken back. */
export function isStepKept(state: StepState | undefined): boolean {
  return isStepDone(state) && state?.backward.kind === 'untouched';
}

function applyEntry(states: ReadonlyMap<string, Folding>, entry: StepEntry): void {
  const state = states.get(entry.step);
  if (state === undefined) return;
  const side = SIDE_OF[entry.direction];
  state[side] = nextSide(state[side], entry);
}

/** Abandoned undos are begun again. */
function retryUndos(states: ReadonlyMap<string, Folding>): void {
  for (const state of states.values()) {
    if (state.backward.kind === 'failed') state.backward = resetSide(state.backward);
  }
}

/**
 * The step, all steps after it and all that were undone are begun again. A step that is repeated
 * keeps its list, and the items that have succeeded.
 */
function retryForward(
  steps: readonly PlannedStep<unknown>[],
  states: ReadonlyMap<string, Folding>,
  fromStep: string,
): void {
  const again = new Set([fromStep]);
  // Repeated as often as there are steps: the definition may list them in any order.
  for (let round = 0; round < steps.length; round += 1) {
    const before = again.size;
    for (const { name, after } of steps) if (after.some((each) => again.has(each))) again.add(name);
    if (again.size === before) break;
  }
  for (const { name, forEach, item } of steps) {
    const isRepeated = name === fromStep && forEach !== undefined;
    if (!isRepeated && item?.of !== fromStep) continue;
    const state = states.get(name);
    if (state?.forward.kind === 'succeeded' && isStepKept(state)) again.delete(name);
  }
  for (const { name } of steps) {
    const state = states.get(name);
    if (state === undefined || (!again.has(name) && isStepKept(state))) continue;
    if (isStepKept(state)) state.doneBefore = 'yes';
    state.forward = resetSide(state.forward);
    state.backward = resetSide(state.backward);
  }
}

/** Attempts keep counting: the agent's journal answers an attempt that it knows. */
function resetSide({ attempt }: SideState): SideState {
  return { kind: 'untouched', attempt };
}

function nextSide(side: SideState, entry: StepEntry): SideState {
  switch (entry.kind) {
    case 'started': {
      const { attempt, at_ms: sinceMs } = entry;
      const isGoingOn = side.kind === 'started' || side.kind === 'waiting-to-retry';
      const series = isGoingOn ? side.series : { firstAttempt: attempt, sinceMs };
      const before = side.kind === 'waiting-to-retry' ? { message: side.message } : {};
      return { kind: 'started', attempt, series, ...before };
    }
    case 'succeeded':
      return { kind: 'succeeded', attempt: side.kind === 'untouched' ? 1 : side.attempt };
    case 'failed': {
      const { attempt, message } = entry;
      if (entry.next === 'final') {
        return { kind: 'failed', attempt, message, gaveUp: entry.gave_up ?? 'no' };
      }
      const series =
        side.kind === 'started' ? side.series : { firstAttempt: attempt, sinceMs: undefined };
      const notBeforeMs = entry.retry_at_ms;
      return { kind: 'waiting-to-retry', attempt, series, notBeforeMs, message };
    }
  }
}
