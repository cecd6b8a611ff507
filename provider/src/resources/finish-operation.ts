/** Waits for what the server does after it has answered. */
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation';
import type { OutputOf } from '@novacron/contract/operations';
import { fromProblemDocument, PROBLEM_KINDS, type Problem } from '@novacron/contract/problem';
import { UserError } from '../framework/user-error.ts';
import type { Session } from '../rpc/session.ts';

/**
 * Waits until an operation has ended.
 * @param wait.doing - for the user: `create novacron_vm "web"`
 * @param wait.onInterrupt - called when the user does not want to wait any longer
 * @throws UserError when it did not succeed or cannot be watched
 */
export async function finishOperation(
  session: Session,
  admitted: OutputOf<'operation.get'>,
  wait: {
    readonly doing: string;
    readonly signal: AbortSignal;
    readonly onInterrupt?: () => void;
  },
): Promise<void> {
  const { doing, signal, onInterrupt } = wait;
  let operation = admitted;
  while (!OPERATION_STATUSES_FINAL.includes(operation.status)) {
    const answer = await session.client.call('operation.wait', { id: operation.id }, { signal });
    if (!answer.ok) {
      if (signal.aborted) onInterrupt?.();
      throw toUserError(answer.error, doing);
    }
    operation = answer.value;
  }
  if (operation.status !== 'succeeded' && operation.problem !== null) {
    throw toUserError(fromProblemDocument(operation.problem), doing);
  }
}

/** A problem as an exception of the framework's. */
export function toUserError(found: Problem, doing: string): UserError {
  return new UserError({
    summary: `${PROBLEM_KINDS[found.code].title}: ${doing}`,
    detail: `${found.detail}\n\n${found.remedy}`,
  });
}
