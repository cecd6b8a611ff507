import { describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { createLeaseWait } from './await-lease.ts';

const { signal } = new AbortController();

const held = (remainingMs: number) =>
  problem('name-taken', {
    detail: 'Another run creates it.',
    remedy: 'Wait.',
    data: { unconfirmed: 'held', retry_after_ms: remainingMs },
  });

/** A wait on a clock that only waiting moves. */
function leaseWait() {
  let timeMs = 0;
  const waits: number[] = [];
  const wait = async (delayMs: number) => {
    timeMs += delayMs;
    waits.push(delayMs);
  };
  return { awaitLease: createLeaseWait({ nowMs: () => timeMs, wait }), waits };
}

describe('a create that another run has begun', () => {
  test('is sent again when the lease of that run is over', async () => {
    const { awaitLease, waits } = leaseWait();
    expect(await awaitLease(held(9_000), signal)).toBe(true);
    expect(await awaitLease(held(2), signal)).toBe(true);
    expect(waits).toEqual([9_000, 2]);
  });

  test('is refused where that run renews its lease, and so are the next ones', async () => {
    const { awaitLease, waits } = leaseWait();
    expect(await awaitLease(held(9_000), signal)).toBe(true);
    expect(await awaitLease(held(7_000), signal)).toBe(false);
    expect(await awaitLease(held(10_000), signal)).toBe(false);
    expect(waits).toEqual([9_000]);
  });

  test('is not waited for after ^C', async () => {
    const { awaitLease } = leaseWait();
    expect(await awaitLease(held(9_000), AbortSignal.abort())).toBe(false);
  });

  test.each([
    problem('name-taken', { detail: 'Taken.', remedy: 'Choose another.' }),
    problem('name-taken', {
      detail: 'Left.',
      remedy: 'Import it.',
      data: { unconfirmed: 'delivered' },
    }),
    problem('rate-limited', { detail: 'Busy.', remedy: 'Wait.', data: { retry_after_ms: 5 } }),
  ])('is not what $code with $data means', async (found) => {
    const { awaitLease, waits } = leaseWait();
    expect(await awaitLease(found, signal)).toBe(false);
    expect(waits).toEqual([]);
  });
});
