/** Waits for the operation that an attempt at a task has begun. */
import { type AutomationStep, durationMsOf } from '@novacron/contract/automation/definition';
import type { Tables } from '../../../ports/tables/tables.ts';
import { outcomeOf, waitForEnd } from '../../kernel/admission/child-operation-step.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type {
  AutomationAction,
  StepOutcome,
} from '../../kernel/definitions/operation-definition.ts';
import { cancelNow } from '../../kernel/operations/steer-operations.ts';
import type { CapabilityStepParts } from '../deps.ts';
import { failed } from '../egress-outcome.ts';

/** How long an attempt at a task waits for its operation, unless it says so. Unit: ms. */
const TASK_MS_MAX = 8 * 3_600_000;

/** Why waits end when the server stops: nothing is cancelled then. */
export const STOPPED = 'stopped';

/** How an attempt ends whose execution goes no further. */
export const GIVEN_UP: StepOutcome = {
  kind: 'failed',
  message: 'it was given up: the execution is taken back',
  next: 'final',
};

/** An attempt at a task. */
export interface TaskRun {
  readonly parts: CapabilityStepParts;
  readonly attempt: { readonly startedAtMs?: number | undefined };
  readonly row: Tables['operations'];
  readonly step: AutomationStep;
  readonly part: AutomationAction['part'];
  readonly signal: AbortSignal;
}

/** Waits for the operation of a task; one that takes too long, or is given up, is cancelled. */
export async function awaitTask(
  run: TaskRun,
  childId: string,
  context: CallContext,
): Promise<StepOutcome> {
  const { parts, step, part, signal } = run;
  const limit = part === 'action' ? step.timeout : undefined;
  const timeoutMs = limit === undefined ? TASK_MS_MAX : durationMsOf(limit);
  const { clock } = parts.deps;
  const beganMs = run.attempt.startedAtMs ?? clock.nowMs();
  const leftMs = Math.max(0, beganMs + timeoutMs - clock.nowMs());
  await parts.executor.waitForEnd(childId, { timeoutMs: leftMs, signal });
  const outcome = await outcomeOf(parts.deps, childId);
  const [child] = await parts.deps.store.read({ from: 'operations', where: { id: childId } });
  if (child !== undefined && child.finished_at_ms === null) {
    const isLate = clock.nowMs() >= beganMs + timeoutMs;
    const isGivenUp = signal.aborted && signal.reason !== STOPPED;
    // The server stops, or another one owns the execution: that one waits on.
    if (!(isLate || isGivenUp) || !(await isOwned(run))) return failed('it goes on', 'retry');
    // It is waited for: nothing may begin, or be taken back, while it still changes something.
    await cancelNow(parts, childId, context);
    await waitForEnd(parts, childId);
    const how = await outcomeOf(parts.deps, childId);
    if (how.kind === 'succeeded') return how;
    if (isGivenUp) return GIVEN_UP;
    return failed(`${childId} took longer than the timeout of the step`, 'retry');
  }
  if (outcome.kind === 'succeeded') return outcome;
  // A stuck operation waits for a person; another attempt would only add to it.
  return { ...outcome, next: child?.status === 'stuck' ? 'final' : 'retry' };
}

async function isOwned({ parts, row }: TaskRun): Promise<boolean> {
  const where = { id: row.id, fence: row.fence };
  const rows = await parts.deps.store.read({ from: 'operations', where, damaged: 'blank' });
  return rows.length > 0;
}
