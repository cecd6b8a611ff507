/** Sends creates with the claim of the run. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Session } from '../rpc/session.ts';
import { createHolderWait } from './await-holder.ts';

/**
 * Sends a create, again after the lease of an interrupted run that has begun it, and after a change
 * of the resource that still has its name or address.
 * @param send - sends it once
 * @param waitMs - how long to wait for that resource; 10 minutes by default. Unit: milliseconds.
 */
export async function sendCreate<Answer>(
  { client: session, signal }: { readonly client: Session; readonly signal: AbortSignal },
  send: () => Promise<Result<Answer, Problem>>,
  waitMs?: number,
): Promise<Result<Answer, Problem>> {
  const awaitHolder = createHolderWait(session, signal, waitMs);
  for (;;) {
    const answer = await send();
    if (answer.ok) return answer;
    const isFree =
      (await awaitHolder(answer.error)) || (await session.awaitLease(answer.error, signal));
    if (!isFree) return answer;
  }
}
