/** Waits for the operation that an attempt at a task has begun. */
import { durationMsOf } from '@novacron/contract/automation/definition';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import type { StepOutcome } from '../../../kernel/definitions/operation-definition.ts';
import { cancelNow } from '../../../kernel/operations/steer-operations.ts';
import { CHILD_WAIT_MS, outcomeOf, toOutcome } from '../../../kernel/write/child-operation-step.ts';
import { failed } from '../../../platform/egress-outcome.ts';
import type { AutomationRun } from './automation-run.ts';

/** Default for the maximum time that an attempt at a task waits for its operation. Unit: ms. */
const TASK_MS_MAX = 8 * 3_600_000;

/** Interval at which an attempt checks whether a hold of automation has ended. Unit: ms. */
export const HOLD_LOOK_MS = 5_000;

/** Reason why waits end when the server stops: nothing is cancelled then. */
export const STOPPED = 'stopped';

/** Outcome of an attempt whose execution does not continue. */
export const GIVEN_UP: StepOutcome = {
  kind: 'failed',
  message: 'it was abandoned: the execution is being rolled back',
  next: 'final',
};

/**
 * Waits for the operation of a task; one that takes too long, or is given up, is cancelled. An
 * execution of another workflow has its own deadline, so that only a timeout of the step ends it.
 */
export async function awaitTask(
  run: AutomationRun,
  childId: string,
  context: CallContext,
): Promise<StepOutcome> {
  const { parts, signal } = run;
  const { clock } = parts.deps;
  const untilMs = (run.attempt.startedAtMs ?? clock.nowMs()) + timeoutMsOf(run);
  const isOver = () => signal.aborted || clock.nowMs() >= untilMs;
  const child = await waitWhile(run, childId, { untilMs, signal, goesOn: () => !isOver() });
  if (child !== undefined && child.finished_at_ms === null) {
    const isLate = clock.nowMs() >= untilMs;
    const isGivenUp = signal.aborted && signal.reason !== STOPPED;
    // The server stops, or another one owns the execution: that one waits on.
    if (!(isLate || isGivenUp) || !(await isOwned(run))) return failed('it goes on', 'retry');
    // It is waited for: nothing may begin, or be taken back, while it still changes something.
    await cancelNow(parts, childId, context);
    await awaitEnd(run, childId);
    const how = await outcomeOf(parts.deps, childId);
    if (how.kind === 'succeeded') return how;
    if (isGivenUp) return GIVEN_UP;
    return failed(`${childId} took longer than the timeout of the step`, 'retry');
  }
  const outcome = toOutcome(childId, child);
  if (outcome.kind === 'succeeded') return outcome;
  // A stuck operation waits for a person; another attempt would only add to it.
  return { ...outcome, next: child?.status === 'stuck' ? 'final' : 'retry' };
}

/** Waits for the end of an operation, however long it takes, unless the server stops. */
export async function awaitEnd(run: AutomationRun, childId: string): Promise<void> {
  const signal = run.stopping;
  const untilMs = Number.POSITIVE_INFINITY;
  await waitWhile(run, childId, { untilMs, signal, goesOn: () => !signal.aborted });
}

/**
 * One wait is not longer than timers can count: the next one follows it.
 * @returns the operation as it is then; undefined once retention has deleted it
 */
async function waitWhile(
  run: AutomationRun,
  childId: string,
  {
    untilMs,
    signal,
    goesOn,
  }: {
    readonly untilMs: number;
    readonly signal: AbortSignal;
    readonly goesOn: () => boolean;
  },
): ReturnType<typeof findChild> {
  const { executor, deps } = run.parts;
  for (;;) {
    const timeoutMs = Math.min(CHILD_WAIT_MS, Math.max(0, untilMs - deps.clock.nowMs()));
    await executor.waitForEnd(childId, { timeoutMs, signal });
    const child = await findChild(run, childId);
    if (child === undefined || child.finished_at_ms !== null || !goesOn()) return child;
  }
}

function timeoutMsOf({ step, part }: AutomationRun): number {
  if (part === 'action' && step.timeout !== undefined) return durationMsOf(step.timeout);
  const action = part === 'action' ? step : step.compensate;
  return action?.workflow === undefined ? TASK_MS_MAX : Number.POSITIVE_INFINITY;
}

/** Reads the operation of a task; undefined once retention has deleted it. */
export async function findChild({ parts }: Pick<AutomationRun, 'parts'>, childId: string) {
  const where = { id: childId };
  const [child] = await parts.deps.store.read({ from: 'operations', where, damaged: 'blank' });
  return child;
}

async function isOwned({ parts, row }: AutomationRun): Promise<boolean> {
  const where = { id: row.id, fence: row.fence };
  const rows = await parts.deps.store.read({ from: 'operations', where, damaged: 'blank' });
  return rows.length > 0;
}
