/** Sends creates with the claim of the run. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Session } from '../rpc/session.ts';

/**
 * Sends a create, again after the lease of an interrupted run that has begun it.
 * @param send - sends it once
 */
export async function sendCreate<Answer>(
  { client: session, signal }: { readonly client: Session; readonly signal: AbortSignal },
  send: () => Promise<Result<Answer, Problem>>,
): Promise<Result<Answer, Problem>> {
  for (;;) {
    const answer = await send();
    if (answer.ok || !(await session.awaitLease(answer.error, signal))) return answer;
  }
}
