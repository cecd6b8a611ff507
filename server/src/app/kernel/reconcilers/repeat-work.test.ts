import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Timers } from '@novacron/runtime/timers';
import { repeatWork } from './repeat-work.ts';

/** Timers that fire when the test says so. */
function makeBell() {
  const set: { readonly delayMs: number; readonly ring: () => void }[] = [];
  const timers: Timers = {
    after: (delayMs, ring) => {
      const timer = { delayMs, ring };
      set.push(timer);
      return () => void set.splice(set.indexOf(timer), 1);
    },
  };
  return {
    timers,
    delays: () => set.map(({ delayMs }) => delayMs),
    ring: async () => {
      set.shift()?.ring();
      await nextTurn();
    },
  };
}

test('a round begins when the one before is over, and its failure is reported', async () => {
  const bell = makeBell();
  const failures: unknown[] = [];
  const rounds: { readonly end: (cause?: string) => void }[] = [];
  repeatWork(bell.timers, {
    everyMs: 20,
    firstMs: 5,
    work: () =>
      new Promise((resolve, reject) => {
        rounds.push({ end: (cause) => (cause === undefined ? resolve() : reject(cause)) });
      }),
    onFailure: (cause) => failures.push(cause),
  });
  expect(bell.delays()).toEqual([5]);
  await bell.ring();
  expect(bell.delays()).toEqual([]);
  rounds[0]?.end('no store');
  await nextTurn();
  expect(failures).toEqual(['no store']);
  expect(bell.delays()).toEqual([20]);
  await bell.ring();
  expect(rounds).toHaveLength(2);
});

test('the first round may begin at once', async () => {
  const bell = makeBell();
  let rounds = 0;
  repeatWork(bell.timers, {
    everyMs: 20,
    firstMs: 0,
    work: async () => {
      rounds += 1;
    },
    onFailure: () => {},
  });
  expect(rounds).toBe(1);
  await nextTurn();
  expect(bell.delays()).toEqual([20]);
});

test('a round may say how long the pause behind it is', async () => {
  const bell = makeBell();
  let pauseMs = 1;
  repeatWork(bell.timers, {
    everyMs: () => pauseMs,
    work: async () => {
      pauseMs *= 10;
    },
    onFailure: () => {},
  });
  await bell.ring();
  await bell.ring();
  expect(bell.delays()).toEqual([100]);
});

test('nothing begins after a stop, and what fails then is no news', async () => {
  const bell = makeBell();
  const failures: unknown[] = [];
  let fail = (): void => undefined;
  const repeating = repeatWork(bell.timers, {
    everyMs: 20,
    work: () =>
      new Promise((_resolve, reject) => {
        fail = () => reject(new Error('the store is closed'));
      }),
    onFailure: (cause) => failures.push(cause),
  });
  await bell.ring();
  repeating.stop();
  fail();
  await nextTurn();
  expect(repeating.isStopped()).toBe(true);
  expect(failures).toEqual([]);
  expect(bell.delays()).toEqual([]);
});
