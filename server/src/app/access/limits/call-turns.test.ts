import { setImmediate as untilIdle } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { TenantId } from '@novacron/contract/ids';
import { ok, type Result } from '@novacron/contract/result';
import type { CallTurn } from '../../kernel/context/call-context.ts';
import { createCallLimits } from './call-limits.ts';
import { createCallTurns, type EventLoop, WAITING_PER_TENANT_MAX } from './call-turns.ts';

const [LOUD, QUIET] = ['1', '2'].map((digit) => TenantId.parse(`tnt_${digit.repeat(26)}`)) as [
  TenantId,
  TenantId,
];
const NO_LIMITS = { principal: undefined, tenant: undefined, address: undefined };
const STAYS = new AbortController().signal;

/** Turns on a clock that only calls move, and a loop that turns when the test says so. */
function makeTurns() {
  let nowMs = 0;
  const due: (() => void)[] = [];
  const loop: EventLoop = {
    nextTurn: (callback) => void due.push(callback),
    settled: () =>
      new Promise((resolve) => {
        queueMicrotask(() => process.nextTick(resolve));
      }),
  };
  const clock = { nowMs: () => nowMs };
  const limits = createCallLimits(clock, NO_LIMITS);
  const turns = createCallTurns(clock, limits.time, loop);
  const begun: string[] = [];
  const call = (
    tenantId: TenantId,
    name: string,
    { id = 'key_a', costMs = 0, signal = STAYS, act = async (_turn: CallTurn) => {} } = {},
  ): Promise<Result<string, unknown>> =>
    turns.run({ id, tenantId }, signal, async (turn) => {
      begun.push(name);
      nowMs += costMs;
      await act(turn);
      return ok(name);
    });
  return {
    limits,
    begun,
    call,
    spend: (ms: number) => {
      nowMs += ms;
    },
    /** One turn of the loop. @returns whether anything was due */
    turn: async (): Promise<boolean> => {
      await untilIdle();
      const callbacks = due.splice(0);
      for (const callback of callbacks) callback();
      await untilIdle();
      return callbacks.length > 0;
    },
  };
}

describe('the turns of calls', () => {
  test('begin the call of a tenant that is alone at once', async () => {
    const { call, begun } = makeTurns();
    void call(LOUD, 'only');
    await untilIdle();
    expect(begun).toEqual(['only']);
  });

  test('alternate between tenants, even if one has more calls', async () => {
    const { call, begun, turn } = makeTurns();
    for (const at of [1, 2, 3, 4]) void call(LOUD, `loud ${at}`, { costMs: 20 });
    for (const at of [1, 2]) void call(QUIET, `quiet ${at}`, { costMs: 20 });
    while (await turn());
    expect(begun).toEqual(['loud 1', 'quiet 1', 'loud 2', 'quiet 2', 'loud 3', 'loud 4']);
  });

  test('alternate between the principals of a tenant', async () => {
    const { call, begun, turn } = makeTurns();
    for (const at of [1, 2, 3]) void call(LOUD, `a ${at}`, { id: 'key_a', costMs: 20 });
    void call(LOUD, 'b 1', { id: 'key_b', costMs: 20 });
    while (await turn());
    expect(begun).toEqual(['a 1', 'b 1', 'a 2', 'a 3']);
  });

  test('give a tenant with expensive calls fewer of them', async () => {
    const { call, begun, turn } = makeTurns();
    for (let at = 0; at < 10; at += 1) void call(LOUD, 'loud', { costMs: 200 });
    for (let at = 0; at < 30; at += 1) void call(QUIET, 'quiet', { costMs: 10 });
    while (begun.length < 30 && (await turn()));
    expect(begun.filter((name) => name === 'loud').length).toBeLessThanOrEqual(3);
  });

  test('read connections between expensive calls, so that a newcomer is next', async () => {
    const { call, begun, turn } = makeTurns();
    for (const at of [1, 2, 3]) void call(LOUD, `loud ${at}`, { costMs: 500 });
    await untilIdle();
    // What a new connection needs: it is accepted, read and authenticated.
    for (let at = 0; at < 3; at += 1) await turn();
    expect(begun).toEqual(['loud 1']);
    void call(QUIET, 'quiet');
    while (await turn());
    expect(begun).toEqual(['loud 1', 'quiet', 'loud 2', 'loud 3']);
  });

  test('begin cheap calls in one turn of the loop, up to its time', async () => {
    const { call, begun, turn } = makeTurns();
    for (let at = 0; at < 20; at += 1) void call(LOUD, 'cheap', { costMs: 1 });
    await untilIdle();
    expect(begun).toHaveLength(8);
    await turn();
    expect(begun).toHaveLength(16);
  });

  test('leave half of the places to others', async () => {
    const { call, begun, turn } = makeTurns();
    const never = () => new Promise<void>(() => {});
    for (let at = 0; at < 600; at += 1) void call(LOUD, 'loud', { act: never });
    while (await turn());
    await untilIdle();
    expect(begun).toHaveLength(256);
    void call(QUIET, 'quiet');
    await untilIdle();
    expect(begun.at(-1)).toBe('quiet');
  });

  test('count no call that waits aside, and let it go on before new ones', async () => {
    const { call, begun, turn, spend } = makeTurns();
    let resolve = (): void => undefined;
    const promise = new Promise<void>((goOn) => {
      resolve = goOn;
    });
    for (let at = 0; at < 300; at += 1) {
      const act = async (turnOfCall: CallTurn): Promise<void> => {
        await turnOfCall.aside(promise);
        begun.push('goes on');
        spend(1);
      };
      void call(LOUD, 'waits', { act });
    }
    await untilIdle();
    expect(begun).toHaveLength(300);
    for (let at = 0; at < 8; at += 1) void call(LOUD, 'slow', { id: 'key_b', costMs: 8 });
    resolve();
    while (await turn());
    const order = begun.slice(300);
    expect(order.filter((name) => name === 'goes on')).toHaveLength(300);
    // The first one began before anybody went on.
    expect(order.slice(-7)).toEqual(Array.from({ length: 7 }, () => 'slow'));
  });

  test('interrupt a long call for another tenant where it asks for its next turn', async () => {
    const { call, begun, turn, spend } = makeTurns();
    const act = async ({ next }: CallTurn): Promise<void> => {
      for (const part of [1, 2]) {
        spend(30);
        await next();
        begun.push(`part ${part}`);
      }
    };
    void call(LOUD, 'long', { act });
    await untilIdle();
    void call(QUIET, 'quiet');
    while (await turn());
    expect(begun).toEqual(['long', 'quiet', 'part 1', 'part 2']);
  });

  test('do not begin the call of a caller that is gone', async () => {
    const { call, begun, turn } = makeTurns();
    const gone = new AbortController();
    void call(LOUD, 'first', { costMs: 20 });
    const second = call(LOUD, 'second', { signal: gone.signal });
    gone.abort();
    while (await turn());
    expect(begun).toEqual(['first']);
    expect(await second).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });

  test('refuse a tenant whose queue is full', async () => {
    const { call } = makeTurns();
    void call(LOUD, 'first', { costMs: 20 });
    await untilIdle();
    for (let at = 0; at < WAITING_PER_TENANT_MAX; at += 1) void call(LOUD, 'waits');
    expect(await call(LOUD, 'too many')).toMatchObject({
      ok: false,
      error: {
        code: 'rate-limited',
        detail: expect.stringContaining('10000 calls of your tenant are already queued'),
        data: { retry_after_ms: 1_000 },
      },
    });
  });
});

describe('the time of a tenant', () => {
  test('is not limited while it is alone', async () => {
    const { call, turn, limits } = makeTurns();
    for (let at = 0; at < 100; at += 1) void call(LOUD, 'loud', { costMs: 1_000 });
    while (await turn());
    expect(await call(LOUD, 'one more')).toEqual(ok('one more'));
    expect(limits.standings({ principal: principalOf(LOUD) })).toEqual([]);
  });

  test('is limited beside others, as the headers say, and comes back', async () => {
    const { call, turn, limits, spend } = makeTurns();
    const standing = () => limits.standings({ principal: principalOf(LOUD) });
    for (let at = 0; at < 200; at += 1) {
      void call(QUIET, 'quiet');
      void call(LOUD, 'loud', { costMs: 500 });
      while (await turn());
    }
    expect(await call(LOUD, 'refused')).toMatchObject({
      ok: false,
      error: {
        code: 'rate-limited',
        detail: expect.stringContaining('while other tenants use this server'),
        data: { scope: 'tenant-time', retry_after_ms: expect.any(Number) },
      },
    });
    expect(standing()).toEqual([
      {
        scope: 'tenant-time',
        quota: 10_000,
        windowS: 14,
        remaining: 0,
        resetS: expect.any(Number),
      },
    ]);
    expect(await call(QUIET, 'quiet')).toEqual(ok('quiet'));
    await untilIdle();
    spend(14_500);
    expect(await call(LOUD, 'admitted')).toEqual(ok('admitted'));
    expect(standing()).toEqual([]);
  });
});

function principalOf(tenantId: TenantId) {
  return { id: 'key_a', name: 'a', role: 'viewer', tenantId } as const;
}
