import { describe, expect, test } from '@jest/globals';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, type ProblemCode, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Transport } from './batch-transport.ts';
import { callWithRetry } from './call-with-retry.ts';

const found = (code: ProblemCode) => problem(code, { detail: code, remedy: 'Wait.' });

/** A transport with given answers and a clock that only waiting moves. */
function rehearse(answers: readonly Result<unknown, Problem>[], name: OperationName = 'vm.get') {
  const delays: number[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  let nowMs = 0;
  let sent = 0;
  const transport: Transport = {
    send: async (_name, _input, signal) => {
      signals.push(signal);
      const answer = answers[Math.min(sent, answers.length - 1)];
      sent += 1;
      return answer ?? ok(undefined);
    },
    close: () => undefined,
  };
  const play = (signal?: AbortSignal, onWait?: () => void) =>
    callWithRetry(transport, { name, input: {} }, signal, {
      retryMsMax: 10_000,
      nowMs: () => nowMs,
      wait: async (delayMs) => {
        delays.push(delayMs);
        nowMs += delayMs;
        onWait?.();
      },
    });
  return { play, delays, signals, sentCount: () => sent };
}

describe('a call with retry', () => {
  test('is sent once when it is answered', async () => {
    const { play, sentCount } = rehearse([ok(1)]);
    expect(await play()).toEqual(ok(1));
    expect(sentCount()).toBe(1);
  });

  test.each([
    ['unavailable', 'yes'],
    ['conflict', 'yes'],
    ['deadline-exceeded', 'yes'],
    ['storage-full', 'no'],
    ['unauthenticated', 'no'],
    ['policy-denied', 'no'],
    ['internal', 'no'],
    ['not-found', 'no'],
  ] as const)('repeats after %s: %s', async (code, repeated) => {
    const { play, sentCount } = rehearse([err(found(code)), ok('done')]);
    expect(await play()).toEqual(repeated === 'yes' ? ok('done') : err(found(code)));
    expect(sentCount()).toBe(repeated === 'yes' ? 2 : 1);
  });

  test('waits longer each time, up to a limit, and then returns the problem', async () => {
    const { play, delays } = rehearse([err(found('unavailable'))]);
    expect(await play()).toEqual(err(found('unavailable')));
    // The last attempt is made when the time is over.
    delays.slice(0, -1).forEach((delayMs, index) => {
      const ceiling = Math.min(3_000, 100 * 2 ** index);
      expect(delayMs).toBeGreaterThanOrEqual(ceiling / 2);
      expect(delayMs).toBeLessThanOrEqual(ceiling);
    });
    const total = delays.reduce((sum, delayMs) => sum + delayMs, 0);
    expect(total).toBeCloseTo(10_000);
  });

  test('comes back when the server says so, and not before', async () => {
    const busy = problem('rate-limited', {
      detail: 'Too many.',
      remedy: 'Wait.',
      data: { retry_after_ms: 4_000 },
    });
    const { play, delays } = rehearse([err(busy), ok('done')]);
    expect(await play()).toEqual(ok('done'));
    expect(delays[0]).toBeGreaterThanOrEqual(4_000);
    const { data: _, ...rest } = busy;
    const late = { ...rest, data: { retry_after_ms: 60_000 } };
    const impatient = rehearse([err(late), ok('done')]);
    expect(await impatient.play()).toEqual(err(late));
    expect(impatient.delays).toEqual([]);
  });

  test('never repeats what must not be done twice', async () => {
    const { play, sentCount } = rehearse([err(found('unavailable'))], 'secret.create');
    expect(await play()).toEqual(err(found('unavailable')));
    expect(sentCount()).toBe(1);
  });

  test('stops repeating when the user has had enough', async () => {
    const controller = new AbortController();
    const { play, sentCount } = rehearse([err(found('unavailable'))]);
    await play(controller.signal, () => controller.abort());
    expect(sentCount()).toBe(2);
  });

  test('gives up a read at once, but learns what became of a write', async () => {
    const { signal } = new AbortController();
    const read = rehearse([ok(1)], 'vm.get');
    await read.play(signal);
    const write = rehearse([ok(1)], 'vm.create');
    await write.play(signal);
    expect([read.signals, write.signals]).toEqual([[signal], [undefined]]);
  });

  test('waits in real time by default', async () => {
    const answers = [err(found('unavailable')), ok('back')];
    const transport: Transport = {
      send: async () => answers.shift() ?? ok('more'),
      close: () => undefined,
    };
    const call = { name: 'vm.get', input: {} } as const;
    expect(await callWithRetry(transport, call, undefined)).toEqual(ok('back'));
  });
});
