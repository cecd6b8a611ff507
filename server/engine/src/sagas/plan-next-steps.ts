/** Decides what an operation does next, from its definition and its log alone. */
import { formatDuration } from '@novacron/contract/formats/duration';
import { assert } from '@novacron/contract/result';
import type { LogEntry } from './log/log-entry.ts';
import type {
  StepDefinition,
  StepRun,
  WorkflowDefinition,
  WorkflowPlan,
} from './model/workflow.ts';
import { deadlineOf, isCancelled, isPastDoneStep, rollbackOf } from './rules/decide-rollback.ts';
import type { PlannedStep } from './rules/expand-steps.ts';
import { isHeld, pauseOf, queueOf } from './rules/pause-of.ts';
import { retryPolicyOf } from './rules/plan-retry.ts';
import {
  type FollowedSteps,
  followSteps,
  isStepDone,
  isStepKept,
  type SideState,
  type StepState,
  type StepStates,
} from './rules/step-states.ts';

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
  const steps = followSteps(definition.steps);
  steps.add(log);
  return planFollowed(definition, { log, steps }, nowMs);
}

/** A log, and the steps as they are after it. */
export interface FollowedLog<Action> {
  readonly log: readonly LogEntry[];
  /** {@link followSteps} after all of the log. */
  readonly steps: Pick<FollowedSteps<Action>, 'states' | 'planned'>;
}

/** Plans the same for a caller that follows the steps and so has their states. */
export function planFollowed<Action>(
  definition: WorkflowDefinition<Action>,
  behind: FollowedLog<Action>,
  nowMs: number,
): WorkflowPlan<Action> {
  const held = whyHeld(behind.log);
  // Nothing expires while it is paused or held: the deadline is later by as long.
  const isStopped = held === 'paused' || held === 'held';
  const atMs = isStopped ? Number.NEGATIVE_INFINITY : nowMs;
  const planned = planPhase(definition, behind, atMs);
  const plan = held === undefined ? planned : holdPlan(planned, held);
  assert(
    plan.kind === 'finished' || plan.held !== undefined || plan.runs.length > 0,
    'an operation that has not ended has something to do: are its steps a cycle?',
  );
  return plan;
}

type Held = NonNullable<Extract<WorkflowPlan<unknown>, { readonly kind: 'run' }>['held']>;

/**
 * Returns why no step begins: a pause takes precedence over other reasons, because a user requested
 * it.
 */
function whyHeld(log: readonly LogEntry[]): Held | undefined {
  if (pauseOf(log) !== undefined) return 'paused';
  if (isHeld(log)) return 'held';
  return queueOf(log) === undefined ? undefined : 'queued';
}

/**
 * Restricts a plan to finishing what has begun: no step begins. During a pause no undo begins
 * either, so that the operation can resume. If a deadline passes while it waits for its turn, the
 * operation ends without having begun.
 */
function holdPlan<Action>(plan: WorkflowPlan<Action>, held: Held): WorkflowPlan<Action> {
  if (plan.kind === 'finished') return plan;
  if (held !== 'paused' && plan.status === 'undoing') return plan;
  if (held === 'queued' && plan.outcome !== undefined) return plan;
  const runs = plan.runs.filter(({ alreadyStarted }) => alreadyStarted === 'yes');
  switch (held) {
    case 'paused':
      return { ...plan, status: 'running', held, runs, deadlineMs: undefined };
    case 'held':
      return { ...plan, held, runs, deadlineMs: undefined };
    case 'queued':
      return { ...plan, held, runs };
  }
}

/** Plans the steps of `finally` once the others have ended. */
function planPhase<Action>(
  definition: WorkflowDefinition<Action>,
  { log, steps: { states, planned } }: FollowedLog<Action>,
  nowMs: number,
): WorkflowPlan<Action> {
  const all = planned();
  const last = all.filter((step) => step.finally === 'yes');
  const main = last.length === 0 ? all : all.filter((step) => step.finally !== 'yes');
  const steps = { states, planned: () => main };
  const plan = planDirection(definition, { log, steps }, nowMs);
  // What never began, such as an operation that was cancelled in its queue, has nothing to end.
  const hasBegun = main.some(({ name }) => forwardOf(states, name).kind !== 'untouched');
  if (last.length === 0 || plan.kind === 'run' || !hasBegun) return plan;
  return planFinally(last, states, { main: plan, log });
}

function planDirection<Action>(
  definition: WorkflowDefinition<Action>,
  { log, steps: followed }: FollowedLog<Action>,
  nowMs: number,
): WorkflowPlan<Action> {
  const { states } = followed;
  const steps = followed.planned();
  const failure = firstFailure(steps, states, log);
  const turn = rollbackOf(definition, log, states, nowMs);
  // A deadline that passes during a rollback changes nothing.
  const isTurned = turn !== undefined && (failure === undefined || turn.entries.length === 0);
  const isDone = isTurned && steps.every(({ name }) => isStepKept(states.get(name)));
  if (isTurned && !(isDone && turn.entries.length > 0)) {
    return { ...planBackward(steps, states, turn.message), entries: turn.entries };
  }
  const stop = stopOf(steps, states);
  if (stop !== undefined) return planRest(steps, states) ?? keptWith(stop);
  const kept = keptFailure(steps, states);
  if (kept !== undefined) return planRunning(steps, states) ?? keptWith(kept);
  if (failure !== undefined && isPastDoneStep(steps, states)) {
    return planRunning(steps, states) ?? stuckWith(failure);
  }
  if (failure !== undefined) return planBackward(steps, states, failure);
  return planForward(steps, states, deadlineOf(definition, log, states));
}

function planForward<Action>(
  steps: readonly PlannedStep<Action>[],
  states: StepStates,
  deadlineMs: number | undefined,
): WorkflowPlan<Action> {
  const isDone = (name: string): boolean => isStepDone(states.get(name));
  const left = steps.filter(({ name }) => !isDone(name));
  if (left.length === 0) {
    return { kind: 'finished', status: 'succeeded', message: '', entries: [] };
  }
  const ready = left.filter(({ after }) => after.every(isDone));
  const runs = withinLimits(ready, (name) => forwardOf(states, name)).flatMap((step) =>
    toRun(step, 'do', step.action, forwardOf(states, step.name)),
  );
  return { kind: 'run', status: 'running', runs, entries: [], deadlineMs };
}

/**
 * Runs the steps of `finally`; one that fails keeps only those after it from running. The outcome
 * is that of the other steps, unless one of these fails.
 */
function planFinally<Action>(
  steps: readonly PlannedStep<Action>[],
  states: StepStates,
  { main, log }: { readonly main: EndPlan; readonly log: readonly LogEntry[] },
): WorkflowPlan<Action> {
  const names = new Set(steps.map(({ name }) => name));
  const isDone = (name: string): boolean => !names.has(name) || isStepDone(stateOf(states, name));
  const ready = steps.filter(({ name, after }) => !isDone(name) && after.every(isDone));
  const runs = withinLimits(ready, (name) => forwardOf(states, name)).flatMap((step) =>
    toRun(step, 'do', step.action, forwardOf(states, step.name)),
  );
  if (runs.length > 0) {
    const ended = isCancelled(log) ? 'cancelled' : 'failed';
    const outcome = main.status === 'succeeded' ? 'succeeded' : ended;
    const { entries } = main;
    return { kind: 'run', status: 'running', outcome, runs, entries, deadlineMs: undefined };
  }
  const failure = firstFailure(steps, states, log);
  if (failure === undefined) return main;
  if (main.status === 'succeeded') return keptWith(`${failure} (it is a step of finally)`);
  return { ...main, message: `${main.message}; ${failure} (it is a step of finally)` };
}

/** Leaves out the items that begin later: of each list only some are under way. */
function withinLimits<Action>(
  steps: readonly PlannedStep<Action>[],
  sideOf: (name: string) => SideState,
): readonly PlannedStep<Action>[] {
  const begun = new Map<string, number>();
  for (const { name, item } of steps) {
    if (item === undefined || sideOf(name).kind === 'untouched') continue;
    begun.set(item.of, (begun.get(item.of) ?? 0) + 1);
  }
  return steps.filter(({ name, item }) => {
    if (item === undefined || sideOf(name).kind !== 'untouched') return true;
    const count = begun.get(item.of) ?? 0;
    begun.set(item.of, count + 1);
    return count < item.parallelMax;
  });
}

/**
 * Undoes what was started, dependents first; a step still waiting to retry is not tried again. An
 * abandoned undo blocks only the steps before it: everything else is undone.
 */
function planBackward<Action>(
  steps: readonly PlannedStep<Action>[],
  states: StepStates,
  failure: string,
): WorkflowPlan<Action> {
  const running = planRunning(steps, states);
  if (running !== undefined) return running;
  const left = steps.filter((step) => needsUndo(step, states));
  if (left.length === 0) {
    return { kind: 'finished', status: 'failed', message: failure, entries: [] };
  }
  const blocked = ancestorsOf(steps, left);
  const free = left.filter(
    ({ name }) => !blocked.has(name) && backwardOf(states, name).kind !== 'failed',
  );
  const runs = withinLimits(free, (name) => backwardOf(states, name)).flatMap((step) =>
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
  return stuckWith(message);
}

type EndPlan = Extract<WorkflowPlan<never>, { readonly kind: 'finished' }>;

/** Waits for what has begun; undefined where nothing has. */
function planRunning<Action>(
  steps: readonly PlannedStep<Action>[],
  states: StepStates,
): WorkflowPlan<Action> | undefined {
  const runs = steps
    .filter((step) => forwardOf(states, step.name).kind === 'started')
    .flatMap((step) => toRun(step, 'do', step.action, forwardOf(states, step.name)));
  if (runs.length === 0) return undefined;
  return { kind: 'run', status: 'undoing', runs, entries: [], deadlineMs: undefined };
}

/** Plans the end of running steps, without a rollback. */
function planRest<Action>(
  steps: readonly PlannedStep<Action>[],
  states: StepStates,
): WorkflowPlan<Action> | undefined {
  const plan = planRunning(steps, states);
  return plan?.kind === 'run' ? { ...plan, status: 'running', stopping: 'yes' } : plan;
}

/**
 * Returns why no further step begins although nothing is undone; a rollback that has begun
 * continues.
 */
function stopOf(steps: readonly StepDefinition<unknown>[], states: StepStates): string | undefined {
  const all = steps.map(({ name }) => ({ name, ...stateOf(states, name) }));
  if (all.some(({ backward }) => backward.kind !== 'untouched')) return undefined;
  for (const { name, forward, whenFailed } of all) {
    if (forward.kind === 'failed' && whenFailed === 'stop') {
      return `step ${name} failed: ${forward.message}`;
    }
  }
  return undefined;
}

/** Ends the operation as failed by a check, and keeps its changes. */
function keptWith(message: string): WorkflowPlan<never> {
  return { kind: 'finished', status: 'failed', kept: 'yes', message, entries: [] };
}

/** Returns why a check failed, if every other step is done. */
function keptFailure(
  steps: readonly StepDefinition<unknown>[],
  states: StepStates,
): string | undefined {
  let failure: string | undefined;
  for (const { name, patience } of steps) {
    const state = stateOf(states, name);
    const { forward } = state;
    if (isStepDone(state)) continue;
    if (forward.kind !== 'failed' || state.whenFailed !== 'keep') return undefined;
    const isOver = forward.gaveUp === 'yes' && patience?.kind === 'time';
    const after = isOver ? `gave up after ${formatDuration(patience.durationMs)}: ` : '';
    failure ??= `${after}${forward.message}`;
  }
  return failure;
}

/** Nothing more can be done without an operator. */
function stuckWith(message: string): WorkflowPlan<never> {
  return { kind: 'finished', status: 'stuck', message, entries: [] };
}

function needsUndo<Action>(step: StepDefinition<Action>, states: StepStates): boolean {
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
  { name: step, patience: own, item }: PlannedStep<Action>,
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
      ...(item === undefined ? {} : { item: item.index }),
      direction,
      attempt,
      action,
      notBeforeMs: side.kind === 'waiting-to-retry' ? side.notBeforeMs : 0,
      alreadyStarted: isStarted ? 'yes' : 'no',
      series:
        side.kind === 'untouched' ? { firstAttempt: attempt, sinceMs: undefined } : side.series,
      patience: retryPolicyOf(direction, own),
    },
  ];
}

/** The failure that the log has first: those after it may be steps that were given up for it. */
function firstFailure(
  steps: readonly StepDefinition<unknown>[],
  states: StepStates,
  log: readonly LogEntry[],
): string | undefined {
  const failures = new Map<string, Extract<SideState, { readonly kind: 'failed' }>>();
  for (const { name } of steps) {
    const state = stateOf(states, name);
    if (state.forward.kind === 'failed' && !isStepDone(state)) failures.set(name, state.forward);
  }
  if (failures.size === 0) return undefined;
  for (const entry of log) {
    if (entry.kind !== 'failed' || entry.direction !== 'do') continue;
    const failure = failures.get(entry.step);
    if (failure?.attempt !== entry.attempt) continue;
    return `step ${entry.step} failed: ${failure.message}`;
  }
  assert(false, 'the failure of a step is in the log');
}

function forwardOf(states: StepStates, name: string): SideState {
  return stateOf(states, name).forward;
}

function backwardOf(states: StepStates, name: string): SideState {
  return stateOf(states, name).backward;
}

function stateOf(states: StepStates, name: string): StepState {
  const state = states.get(name);
  // The message is made only where it is needed: this runs for every step of every plan.
  if (state === undefined) assert(false, `step ${name} is in the definition`);
  return state;
}
