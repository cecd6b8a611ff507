/** A change that has to wait, as the problem of those that asked for it. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Begun } from './platform-write.ts';

const WAITING = 'waiting';

/**
 * Turns a wait into a problem.
 * @param what - the change, as the subject of a sentence
 */
export function waitingProblem(
  what: string,
  begun: Extract<Begun, { readonly kind: 'held' | 'waiting' }>,
): Problem {
  const why = begun.kind === 'held' ? `${begun.work} is held` : begun.reason;
  return problem('conflict', {
    detail: `${what} waits: ${why}.`,
    remedy: 'No action is required: NovaCron tries again.',
    data: { arbitration: WAITING },
  });
}

/** Whether a problem says that a change waits, and is not refused. */
export function isWaitingProblem({
  data,
}: {
  readonly data?: Problem['data'] | undefined;
}): boolean {
  return data?.arbitration === WAITING;
}
