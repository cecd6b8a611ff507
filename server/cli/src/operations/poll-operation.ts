/** Asks how far an operation is, by one long poll. */
import { isFinalStatus, Operation } from '@novacron/contract/operation/operation';
import { ok, type Result } from '@novacron/contract/result';
import { callOperation, type Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';

/** Grace period of a long poll beyond the time requested from the server. Unit: ms. */
const ANSWER_MARGIN_MS = 15_000;

/** A server that is started again is waited for: about twenty seconds in all. */
const WAIT_RETRIES_MAX = 10;

/** Between two polls, in case that a server answers at once. Unit: milliseconds. */
export const POLL_PAUSE_MS = 100;

/**
 * Waits until an operation has ended or the time is up. Failures: problems of the server.
 * @param request - `timeoutMs`: how long the server holds its answer back
 */
export async function pollOperation(
  session: Session,
  request: { readonly id: string; readonly timeoutMs: number },
): Promise<Result<Operation, Failure>> {
  const { id, timeoutMs } = request;
  const answer = await callOperation(
    session,
    'operation.wait',
    { id, timeout_ms: timeoutMs },
    { timeoutMs: timeoutMs + ANSWER_MARGIN_MS, retriesMax: WAIT_RETRIES_MAX },
  );
  return answer.ok ? ok(Operation.parse(answer.value)) : answer;
}

/** Whether an operation never changes again by itself. */
export function isFinal(operation: Operation): boolean {
  return isFinalStatus(operation.status);
}
