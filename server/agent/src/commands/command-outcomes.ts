/** Outcomes that the agent itself makes, and what of a driver's outcome leaves the host. */
import type { CommandOutcome } from '@novacron/contract/agent/agent';
import { databaseTroubleOf } from '../database/database-trouble.ts';
import { maskHostDetails } from '../drivers/mask-host-details.ts';

/** Returns the outcome as stored and sent repeatedly to servers; the log has the whole message. */
export function forTenants(outcome: CommandOutcome): CommandOutcome {
  if (outcome.kind !== 'failed') return outcome;
  return { ...outcome, message: maskHostDetails(outcome.message) };
}

/** A server that still wants it sends it again. */
export const HOST_RESTARTED: CommandOutcome = {
  kind: 'failed',
  message: 'The host restarted before the command had ended.',
  next: 'retry',
};

/** Returns the outcome of a rollback after a failed write of the result. */
export function notKept(cause: unknown): CommandOutcome {
  const code = databaseTroubleOf(cause) ?? 'a fault';
  const message = `The agent cannot keep what it did (${code}), so it did nothing.`;
  return { kind: 'failed', message, next: 'retry' };
}

/**
 * Returns the answer to a command that could not be written down: a full or broken disk is a
 * trouble of the node, and the server retries. Throws what is a bug.
 */
export function notJournalled(cause: unknown) {
  const code = databaseTroubleOf(cause);
  if (code === undefined) throw cause;
  const why = code === 'SQLITE_FULL' || code === 'ENOSPC' ? 'its disk is full' : code;
  const message = `the agent cannot write its journal (${why}), so it did nothing`;
  return { kind: 'not-journalled', message } as const;
}
