/** Waits for the end of an interrupted run that has begun what this run creates. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { RetryOptions } from './call-with-retry.ts';
import { sleep } from './sleep.ts';

/** Somewhat more than the lease of a run at the server. Unit: milliseconds. */
const WAIT_MS_MAX = 12_000;

/**
 * Waits until the lease is over that a create was refused for.
 * @returns whether to send the request again; false for other problems, and for the lease of a run
 *   that is alive: it is renewed while this run waits
 */
export type AwaitLease = (found: Problem, signal: AbortSignal) => Promise<boolean>;

/** Creates the wait of one run. Its resources wait together: for one lease in all. */
export function createLeaseWait({ nowMs = Date.now, wait = sleep }: RetryOptions): AwaitLease {
  let giveUpAtMs: number | undefined;
  return async ({ code, data }, signal) => {
    if (code !== 'name-taken' || data?.unconfirmed !== 'held') return false;
    const delayMs = Number(data.retry_after_ms);
    giveUpAtMs ??= nowMs() + WAIT_MS_MAX;
    if (!(nowMs() + delayMs <= giveUpAtMs)) return false;
    await wait(delayMs, signal);
    return !signal.aborted;
  };
}
