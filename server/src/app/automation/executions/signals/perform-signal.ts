/**
 * Performs a step that waits for a signal: the first attempt stores that it waits, and each later
 * look reads whether the signal has come. Between them nothing of the step is in memory.
 */
import { signalMsOf } from '@novacron/contract/automation/signal';
import { formatDuration } from '@novacron/contract/formats/duration';
import type { JsonObject } from '@novacron/contract/json';
import type { ExecutionSignalRow } from '../../../../ports/tables/automation/workflow-rows.ts';
import type { StepOutcome, WaitingStep } from '../../../kernel/definitions/operation-definition.ts';
import { ownershipGuard } from '../../../kernel/operations/commit-progress.ts';
import { stepEvent } from '../../../kernel/operations/step-events.ts';
import { commitChanges } from '../../../kernel/write/commit-changes.ts';
import { failed } from '../../../platform/egress-outcome.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { type AutomationRun, finishWith } from '../tasks/automation-run.ts';
import { GIVEN_UP } from '../tasks/await-task.ts';
import { awaitedSignal, signalIdOf, stillAwaited } from './signal-rows.ts';

/** Waits for the signal of a step, whose outputs are taken from `data` and `sent_by`. */
export async function performSignal(
  run: AutomationRun,
  name: string,
): Promise<StepOutcome | WaitingStep> {
  const { parts, row, step, attempt, signal } = run;
  const { store, clock } = parts.deps;
  if (signal.aborted) return GIVEN_UP;
  // Before it is read: a signal that is not there then comes after this moment.
  const nowMs = clock.nowMs();
  const where = { id: signalIdOf(row.id, name) };
  const [known] = await store.read({ from: 'execution_signals', where });
  if (known?.state === 'received') return finishWith(run, answerOf(known), null);
  const limitMs = signalMsOf(step);
  const untilMs = (attempt.startedAtMs ?? nowMs) + limitMs;
  if (nowMs >= untilMs) {
    return failed(`the signal ${name} did not come within ${formatDuration(limitMs)}`);
  }
  const waiting = { kind: 'waiting', untilMs, still: stillAwaited({ ...where, name }) } as const;
  return known === undefined ? beginWait(run, name, waiting) : waiting;
}

/** Returns the source of the outputs. */
export function answerOf({
  data_json,
  sent_by,
}: Pick<ExecutionSignalRow, 'data_json' | 'sent_by'>): JsonObject {
  return { data: JSON.parse(data_json), sent_by };
}

/** Stores that it waits, so that who sends the signal knows that the execution goes on then. */
async function beginWait(
  run: AutomationRun,
  name: string,
  waiting: WaitingStep,
): Promise<StepOutcome | WaitingStep> {
  const { parts, row, step } = run;
  const { deps } = parts;
  const otherwise = replan(`The signal ${name}`);
  const done = await commitChanges(deps, [
    ownershipGuard(row),
    { kind: 'insert', into: 'execution_signals', row: awaitedSignal(row, name), otherwise },
    stepEvent(deps, row, { step: step.id, what: 'waiting' }),
  ]);
  if (!done.ok) {
    // It has come just now, or another step waits for it, too.
    if (done.error.data?.replan === true) return performSignal(run, name);
    return failed(done.error.detail, 'retry');
  }
  return waiting;
}
