/** Waits for an operation by long polls, and shows its progress. */

import { WAIT_MS_MAX } from '@novacron/contract/operation/long-running-operations';
import type { Operation } from '@novacron/contract/operation/operation';
import { problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { Session } from '../client/session.ts';
import { toAnsweredProblem } from '../failures/answered-problem.ts';
import { type Failure, problemFailure } from '../failures/failure.ts';
import { pause } from '../io/cli-io.ts';
import { isFinal, POLL_PAUSE_MS, pollOperation } from './poll-operation.ts';
import { createProgress, type ProgressKind, progressKindOf, type StepsShown } from './progress.ts';

/** Duration of a poll while nothing ends: as long as progress may stay unseen. Unit: ms. */
const POLL_MS: Readonly<Record<ProgressKind, number>> = {
  bar: 1_000,
  lines: 5_000,
  none: WAIT_MS_MAX,
};

/** Steps are shown soon after they begin. Unit: milliseconds. */
const STEPS_POLL_MS = 1_000;

/**
 * Waits until an operation has ended, well or badly.
 * Failures: problems of the server; `deadline-exceeded` when the time is up; interrupted.
 * @param request - `timeoutMs`: longest wait in all; without it there is no end; `shown`: whether
 *   progress has a line for each step
 */
export async function waitOperation(
  session: Session,
  request: { readonly id: string; readonly timeoutMs?: number; readonly shown?: StepsShown },
): Promise<Result<Operation, Failure>> {
  const { io, signal } = session;
  const { id, timeoutMs, shown = 'whole' } = request;
  const deadline = new AbortController();
  const cancelDeadline =
    timeoutMs === undefined ? () => {} : io.timers.after(timeoutMs, () => deadline.abort());
  const limited = { ...session, signal: AbortSignal.any([signal, deadline.signal]) };
  const kind = progressKindOf(session);
  const progress = createProgress(io, kind, shown);
  const isFollowed = shown === 'steps' && kind !== 'none';
  const pollMs = isFollowed ? STEPS_POLL_MS : POLL_MS[kind];
  try {
    for (;;) {
      const polled = await pollOperation(limited, { id, timeoutMs: pollMs });
      if (!polled.ok) return deadline.signal.aborted ? err(timeIsUp(id)) : err(tellId(polled, id));
      if (isFinal(polled.value)) {
        progress.conclude(polled.value);
        return polled;
      }
      progress.show(polled.value);
      await pause(io.timers, POLL_PAUSE_MS, limited.signal);
    }
  } finally {
    cancelDeadline();
    progress.end();
  }
}

/** The failure of an operation that has ended badly; undefined for one that has succeeded. */
export function failureOfOperation(operation: Operation): Failure | undefined {
  if (operation.status === 'succeeded') return undefined;
  const { id, kind, target_name: name, status } = operation;
  const detail =
    status === 'stuck'
      ? `${kind} of ${name} failed and could not be rolled back.`
      : `${kind} of ${name} failed and was rolled back.`;
  const own = problem('operation-failed', {
    detail,
    remedy: `Run \`novacron operation show ${id}\` to see its steps.`,
  });
  const found = operation.problem === null ? own : toAnsweredProblem(operation.problem);
  return { kind: 'problem', problem: found, operationId: id };
}

function tellId(failed: { readonly error: Failure }, id: string): Failure {
  if (failed.error.kind !== 'interrupted') return failed.error;
  const message =
    `interrupted; the operation continues. Run \`novacron operation wait ${id}\` to wait for it, ` +
    `or \`novacron operation show ${id}\` to see it.`;
  return { kind: 'interrupted', message };
}

function timeIsUp(id: string): Failure {
  return problemFailure(
    problem('deadline-exceeded', {
      detail: `Timed out waiting for the operation ${id} (--wait-timeout); it continues.`,
      remedy: `Run \`novacron operation wait ${id}\` to wait for it.`,
      data: { operation_id: id },
    }),
  );
}
