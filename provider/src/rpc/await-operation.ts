/** Waits for what the server does after it has answered. */
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation';
import type { OutputOf } from '@novacron/contract/operations';
import { fromProblemDocument, PROBLEM_KINDS, type Problem } from '@novacron/contract/problem';
import { UserError } from '../framework/diagnostics/user-error.ts';
import type { Session } from './session.ts';

/**
 * Waits until an operation has ended.
 * @param wait.doing - for the user: `create novacron_vm "web"`
 * @param wait.timeout - how long, as the user wrote it and in milliseconds
 * @param wait.onInterrupt - called when the user does not want to wait any longer or time is up
 * @throws UserError when it did not succeed or cannot be watched
 */
export async function awaitOperation(
  session: Session,
  admitted: OutputOf<'operation.get'>,
  wait: {
    readonly doing: string;
    readonly signal: AbortSignal;
    readonly timeout: { readonly text: string; readonly durationMs: number };
    readonly onInterrupt?: () => void;
  },
): Promise<void> {
  const { doing, timeout, onInterrupt } = wait;
  const timeUp = AbortSignal.timeout(timeout.durationMs);
  const signal = AbortSignal.any([wait.signal, timeUp]);
  let operation = admitted;
  while (!OPERATION_STATUSES_FINAL.includes(operation.status)) {
    const answer = await session.client.call('operation.wait', { id: operation.id }, { signal });
    if (!answer.ok) {
      if (signal.aborted) onInterrupt?.();
      if (timeUp.aborted && !wait.signal.aborted) throw tookTooLong(operation, wait);
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

/** What Terraform keeps of a create that has not ended is tainted, whatever becomes of it. */
function tookTooLong(
  operation: OutputOf<'operation.get'>,
  {
    doing,
    timeout,
    onInterrupt,
  }: {
    readonly doing: string;
    readonly timeout: { readonly text: string };
    readonly onInterrupt?: () => void;
  },
): UserError {
  const next =
    onInterrupt === undefined
      ? 'Run Terraform again when it has ended, or give it more time with the argument `timeouts`.'
      : 'The state has it as tainted: the next apply would replace it. To keep it, run ' +
        '`terraform untaint` with its address when it has ended, and give it more time with ' +
        'the argument `timeouts`.';
  return new UserError({
    summary: `Timeout after ${timeout.text}: ${doing}`,
    detail:
      `The server has not finished it: ${operation.progress_percent} percent are done. It goes ` +
      `on there, and \`novacron operation show ${operation.id}\` shows how far it is.\n\n${next}`,
  });
}
