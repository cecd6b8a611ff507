import { describe, expect, test } from '@jest/globals';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { silentLogger } from '@novacron/runtime/logger';
import { createVirtualTime } from '../test-kit/virtual-time.ts';
import { connectPatiently } from './connect-patiently.ts';

const MINUTE_MS = 60_000;

/** Tries to reach a bus that is away for some attempts. */
function reach(options: { readonly failures: number; readonly reason?: string }) {
  const { failures, reason = 'unreachable' } = options;
  const time = createVirtualTime(0);
  const abort = new AbortController();
  const bus = openMemoryBus();
  const triedAtMs: number[] = [];
  const troubles: Problem[] = [];
  const logged: string[] = [];
  const away = problem('unavailable', {
    detail: 'The bus does not answer.',
    remedy: '',
    data: { reason },
  });
  const reached = connectPatiently({
    open: async () => {
      triedAtMs.push(time.clock.nowMs());
      return triedAtMs.length > failures ? ok(bus) : err(away);
    },
    service: 'the message bus',
    timers: time.timers,
    rng: { next: () => 1 },
    logger: { ...silentLogger, warn: (fields, text) => logged.push(`${text} ${fields.pauseMs}`) },
    isFinal: ({ data }) => data?.reason === 'bad-url',
    onTrouble: (trouble) => troubles.push(trouble),
    signal: abort.signal,
  });
  return { time, abort, bus, triedAtMs, troubles, logged, reached };
}

describe('reaching a service', () => {
  test('takes one attempt where the bus is there', async () => {
    const { reached, bus, triedAtMs, troubles } = reach({ failures: 0 });
    expect(await reached).toEqual(ok(bus));
    expect([triedAtMs, troubles]).toEqual([[0], []]);
  });

  test('goes on with growing pauses and says so, to people once', async () => {
    const { reached, time, triedAtMs, troubles, logged, bus } = reach({ failures: 8 });
    await time.advance(MINUTE_MS);
    await time.advance(MINUTE_MS);
    expect(await reached).toEqual(ok(bus));
    const pauses = triedAtMs.map((atMs, index) => atMs - (triedAtMs[index - 1] ?? 0)).slice(1);
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect(troubles).toHaveLength(1);
    expect(logged[1]).toBe('the message bus is unavailable: trying again 1000');
  });

  test('ends when its signal is aborted', async () => {
    const { reached, time, abort } = reach({ failures: 99 });
    await time.settle();
    abort.abort();
    expect(await reached).toEqual(ok(undefined));
    expect(time.waitingCount()).toBe(0);
  });

  test('ends in the middle of an attempt when its signal is aborted', async () => {
    const abort = new AbortController();
    const reached = connectPatiently({
      open: () => new Promise(() => undefined),
      service: 'the store',
      timers: createVirtualTime(0).timers,
      rng: { next: () => 1 },
      logger: silentLogger,
      isFinal: () => false,
      onTrouble: () => undefined,
      signal: abort.signal,
    });
    abort.abort();
    expect(await reached).toEqual(ok(undefined));
  });

  test('ends where no attempt can ever succeed', async () => {
    const { reached } = reach({ failures: 1, reason: 'bad-url' });
    expect(await reached).toMatchObject({
      ok: false,
      error: { detail: 'The bus does not answer.' },
    });
  });
});
