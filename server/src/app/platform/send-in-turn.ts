/** Sending to servers of others: when it is given up, and how it waits for its turn. */
import { wait } from '@novacron/runtime/wait';
import type { EgressAnswer, MailAnswer } from '../../ports/egress.ts';
import type { CapabilityDeps } from './deps.ts';

/**
 * Ends what is being sent when the server stops. An execution that is taken back waits for the
 * answer instead: a request that succeeded meanwhile is taken back with the rest.
 * @param stopped - the reason of a signal that ends the attempt at once
 */
export function stopSignalOf(signal: AbortSignal, stopped: string): AbortSignal {
  const stop = new AbortController();
  const onAbort = () => {
    if (signal.reason === stopped) stop.abort();
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return stop.signal;
}

/**
 * Waits while the tenant has too many requests under way: that is no failed attempt.
 * @param of.timeoutMs - how long it waits; unit: ms
 */
export async function sendInTurn<Answer extends EgressAnswer | MailAnswer>(
  { clock, timers }: Pick<CapabilityDeps, 'clock' | 'timers'>,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  send: () => Promise<Answer>,
): Promise<Answer> {
  const endMs = clock.nowMs() + timeoutMs;
  for (;;) {
    const answer = await send();
    if (answer.kind !== 'unanswered' || answer.waitsFor !== 'turn') return answer;
    if (signal?.aborted || clock.nowMs() >= endMs) return answer;
    const signals = signal === undefined ? [] : [signal];
    await wait({ timers, delayMs: answer.retryAfterMs ?? 0, signals });
  }
}
