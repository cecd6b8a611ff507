/** Waits for operations that the server continues after it has answered. */
import { isFinalStatus } from '@novacron/contract/operation/operation';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import {
  fromProblemDocument,
  PROBLEM_KINDS,
  type Problem,
} from '@novacron/contract/problem/problem';
import { UserError } from '../framework/diagnostics/user-error.ts';
import type { Session } from './session.ts';

/**
 * Waits until an operation has ended.
 * @param wait.doing - for the user: `create novacron_vm "web"`
 * @param wait.timeout - the timeout as configured and in milliseconds
 * @param wait.onKept - called when it failed and what it made stays
 * @param wait.onInterrupt - called when the user interrupts the run or the time is up
 * @throws UserError if the operation failed or its state cannot be read
 */
export async function awaitOperation(
  session: Session,
  admitted: OutputOf<'operation.get'>,
  wait: {
    readonly doing: string;
    readonly signal: AbortSignal;
    readonly timeout: { readonly text: string; readonly durationMs: number };
    readonly onInterrupt?: () => Promise<void>;
    readonly onKept?: () => Promise<void>;
  },
): Promise<void> {
  const { doing, timeout, onInterrupt, onKept } = wait;
  const timeUp = AbortSignal.timeout(timeout.durationMs);
  const signal = AbortSignal.any([wait.signal, timeUp]);
  let operation = admitted;
  while (!isFinalStatus(operation.status)) {
    const answer = await session.client.call('operation.wait', { id: operation.id }, { signal });
    if (!answer.ok) {
      if (signal.aborted) await onInterrupt?.();
      if (wait.signal.aborted) throw cutShort(operation, wait, 'Interrupted');
      if (timeUp.aborted) throw cutShort(operation, wait, `Timeout after ${timeout.text}`);
      throw toUserError(answer.error, doing);
    }
    operation = answer.value;
  }
  if (operation.status !== 'succeeded' && operation.problem !== null) {
    if (operation.problem.data?.kept === true) await onKept?.();
    throw toUserError(fromProblemDocument(operation.problem), doing);
  }
}

/** Converts a problem to an exception of the framework. */
export function toUserError(found: Problem, doing: string): UserError {
  return new UserError({
    summary: `${PROBLEM_KINDS[found.code].title}: ${doing}`,
    detail: `${found.detail}\n\n${found.remedy}`,
  });
}

/** Terraform marks the resource of an unfinished create as tainted, even if it succeeds later. */
function cutShort(
  operation: OutputOf<'operation.get'>,
  { doing, onInterrupt }: { readonly doing: string; readonly onInterrupt?: () => Promise<void> },
  what: string,
): UserError {
  const isTimeout = what.startsWith('Timeout');
  const limit = ' the limit with the argument `timeouts`.';
  const next =
    onInterrupt === undefined
      ? `Run Terraform again when it has finished${isTimeout ? `, or raise${limit}` : '.'}`
      : 'It is tainted in the state: the next apply would replace it. To keep it, run ' +
        '`terraform untaint` with its address when it has finished' +
        (isTimeout ? `, and raise${limit}` : '.');
  return new UserError({
    summary: `${what}: ${doing}`,
    detail:
      `The operation is ${operation.progress_percent} percent complete and continues on the ` +
      `server; \`novacron operation show ${operation.id}\` shows its progress.\n\n${next}`,
  });
}
