/** Waits for an operation by long polls, with a progress line where a person watches. */
import {
  OPERATION_STATUSES_FINAL,
  Operation,
  type OperationStep,
} from '@novacron/contract/operation';
import { WAIT_MS_MAX } from '@novacron/contract/operations';
import { problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { toAnsweredProblem } from './answered-problem.ts';
import { type CliIo, pause } from './cli-io.ts';
import { type Failure, problemFailure } from './failure.ts';
import { plainLine } from './plain-text.ts';
import { callOperation, type Session } from './session.ts';

/** A person who watches sees progress this often. Unit: milliseconds. */
const WATCHED_POLL_MS = 1_000;

/** What an answer may take beyond the time that the server was told to hold it. Unit: ms. */
const ANSWER_MARGIN_MS = 15_000;

/** Between two polls, in case that a server answers at once. Unit: milliseconds. */
const POLL_PAUSE_MS = 100;

/** A server that is started again is waited for: about twenty seconds in all. */
const WAIT_RETRIES_MAX = 10;

/**
 * Waits until an operation has ended, well or badly.
 * Failures: problems of the server; `deadline-exceeded` when the time is up; interrupted.
 * @param request - `timeoutMs`: longest wait in all; without it there is no end
 */
export async function waitOperation(
  session: Session,
  request: { readonly id: string; readonly timeoutMs?: number },
): Promise<Result<Operation, Failure>> {
  const { io, signal } = session;
  const { id, timeoutMs } = request;
  const deadline = new AbortController();
  const cancelDeadline =
    timeoutMs === undefined ? () => {} : io.timers.after(timeoutMs, () => deadline.abort());
  const limited = { ...session, signal: AbortSignal.any([signal, deadline.signal]) };
  const showProgress = createProgressLine(io);
  try {
    for (;;) {
      const polled = await poll(limited, id);
      if (!polled.ok) return deadline.signal.aborted ? err(timeIsUp(id)) : err(tellId(polled, id));
      if (isFinal(polled.value)) return polled;
      showProgress(polled.value);
      await pause(io.timers, POLL_PAUSE_MS, limited.signal);
    }
  } finally {
    cancelDeadline();
    showProgress(undefined);
  }
}

/** Whether an operation never changes again by itself. */
export function isFinal(operation: Operation): boolean {
  return OPERATION_STATUSES_FINAL.includes(operation.status);
}

/** The failure of an operation that has ended badly; undefined for one that has succeeded. */
export function failureOfOperation(operation: Operation): Failure | undefined {
  if (operation.status === 'succeeded') return undefined;
  const { id, kind, target_name: name, status } = operation;
  const detail =
    status === 'stuck'
      ? `${kind} of ${name} failed and could not be undone.`
      : `${kind} of ${name} failed and was undone.`;
  const own = problem('operation-failed', {
    detail,
    remedy: `Look at its steps with \`novacron operation show ${id}\`.`,
  });
  const found = operation.problem === null ? own : toAnsweredProblem(operation.problem);
  return { kind: 'problem', problem: found, operationId: id };
}

async function poll(session: Session, id: string): Promise<Result<Operation, Failure>> {
  const timeoutMs = session.io.stderr.isTerminal ? WATCHED_POLL_MS : WAIT_MS_MAX;
  const answer = await callOperation(
    session,
    'operation.wait',
    { id, timeout_ms: timeoutMs },
    { timeoutMs: timeoutMs + ANSWER_MARGIN_MS, retriesMax: WAIT_RETRIES_MAX },
  );
  return answer.ok ? ok(Operation.parse(answer.value)) : answer;
}

function tellId(failed: { readonly error: Failure }, id: string): Failure {
  if (failed.error.kind !== 'interrupted') return failed.error;
  const message =
    `interrupted; the operation goes on. Wait for it with \`novacron operation wait ${id}\`, ` +
    `look at it with \`novacron operation show ${id}\`.`;
  return { kind: 'interrupted', message };
}

function timeIsUp(id: string): Failure {
  return problemFailure(
    problem('deadline-exceeded', {
      detail: `The operation ${id} has not ended within the time of --wait-timeout; it goes on.`,
      remedy: `Wait for it with \`novacron operation wait ${id}\`.`,
      data: { operation_id: id },
    }),
  );
}

const CLEAR_LINE = '\r\u001b[K';

/** A line that is written over again and again; `undefined` takes it away. Silent without eyes. */
function createProgressLine(io: CliIo): (operation: Operation | undefined) => void {
  let isShown = false;
  return (operation) => {
    if (!io.stderr.isTerminal) return;
    if (operation !== undefined) {
      const line = progressText(operation).slice(0, (io.stderr.columns ?? 80) - 1);
      io.stderr.write(`${CLEAR_LINE}${line}`);
      isShown = true;
    } else if (isShown) {
      io.stderr.write(CLEAR_LINE);
    }
  };
}

function progressText(operation: Operation): string {
  const { kind, target_name: name, status, progress_percent: percent } = operation;
  const isAtWork = ({ status: step }: OperationStep) => step === 'running' || step === 'undoing';
  const step = operation.steps.find(isAtWork);
  const tail = step === undefined ? '' : ` (${step.name})`;
  return plainLine(`${kind} ${name}: ${status} ${Math.floor(percent)} %${tail}`);
}
