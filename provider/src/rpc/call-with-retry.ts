import type { OperationName } from '@novacron/contract/operations-table/operations';
import { operationRow } from '@novacron/contract/operations-table/operations';
import { isRetryable, type Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Transport } from './batch-transport.ts';
import { sleep } from './sleep.ts';

/** A restarting server is back within this time; a longer outage is reported to the user. */
const RETRY_MS_MAX = 30_000;

const BACKOFF_MS_BASE = 100;
const BACKOFF_MS_MAX = 3_000;

/** Retry options of a call; tests pass their own clock. */
export interface RetryOptions {
  readonly retryMsMax?: number;
  readonly nowMs?: () => number;
  readonly wait?: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Whether a problem that is retryable by its kind is retried here; by default it is. */
  readonly isTemporary?: (found: Problem) => boolean;
  /** Called before each wait. */
  readonly onRetry?: (found: Problem, delayMs: number) => void;
}

/**
 * Retries a call while its problem is temporary: the server restarts, another operation locks the
 * resource. Only idempotent calls are retried: all except those of idempotency `none`.
 * Source: exponential backoff with full jitter, AWS Architecture Blog.
 */
export async function callWithRetry(
  transport: Transport,
  call: { readonly name: OperationName; readonly input: unknown },
  signal: AbortSignal | undefined,
  options: RetryOptions = {},
): Promise<Result<unknown, Problem>> {
  const { retryMsMax = RETRY_MS_MAX, nowMs = Date.now, wait = sleep } = options;
  const { isTemporary = () => true, onRetry = () => undefined } = options;
  const { effect } = operationRow(call.name);
  // Whether the server accepted a write must be known even after ^C; its answer arrives soon.
  const sendSignal = effect === 'write' ? undefined : signal;
  const giveUpAtMs = nowMs() + retryMsMax;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await transport.send(call.name, call.input, sendSignal);
    if (answer.ok || !mayRepeat(call.name, answer.error) || signal?.aborted === true) return answer;
    const leftMs = giveUpAtMs - nowMs();
    if (leftMs <= 0 || !isTemporary(answer.error)) return answer;
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_BASE * 2 ** (attempt - 1));
    const backoffMs = ceiling / 2 + (Math.random() * ceiling) / 2;
    // No retry before the time that the server asks for, with jitter so that clients spread.
    const askedMs = Number(answer.error.data?.retry_after_ms ?? 0);
    if (askedMs > leftMs) return answer;
    // The last attempt is made when the time is over, not before.
    const delayMs = Math.min(askedMs > 0 ? askedMs + backoffMs : backoffMs, leftMs);
    onRetry(answer.error, delayMs);
    await wait(delayMs, signal);
  }
}

/** A full disk is not retried: it is not resolved within the time of a run. */
function mayRepeat(name: OperationName, found: Problem): boolean {
  if (operationRow(name).idempotency === 'none') return false;
  return isRetryable(found.code) && found.code !== 'storage-full';
}
