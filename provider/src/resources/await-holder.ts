/** Waits for the change of a resource that still has a name or an address. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Session } from '../rpc/session.ts';
import { sleep } from '../rpc/sleep.ts';

/**
 * Maximum time that a write without timeouts waits for another change of the run to release a value
 * it needs. That change waits for no other write, so it ends. Unit: milliseconds.
 */
const HOLDER_WAIT_MS = 10 * 60_000;

/** Time between two sends where it is not known which operation has the value. */
const HOLDER_POLL_MS = 250;

/** Waits where a write is refused by a change in progress; returns whether to send it again. */
export type AwaitHolder = (found: Problem) => Promise<boolean>;

/**
 * Creates the wait of one write.
 * @param waitMs - how long it may wait, as the `timeouts` of its resource say. Unit: milliseconds.
 */
export function createHolderWait(
  { client }: Session,
  signal: AbortSignal,
  waitMs = HOLDER_WAIT_MS,
): AwaitHolder {
  const deadlineMs = Date.now() + waitMs;
  return async ({ data }) => {
    if (data?.holds_name !== true || Date.now() >= deadlineMs) return false;
    const id = data.operation_id;
    if (typeof id === 'string') await client.call('operation.wait', { id }, { signal });
    else await sleep(HOLDER_POLL_MS, signal);
    return true;
  };
}
