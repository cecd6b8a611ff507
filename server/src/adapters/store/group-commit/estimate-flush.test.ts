import { expect, test } from '@jest/globals';
import { estimateFlush } from './estimate-flush.ts';

/** A database whose flush takes 2 ms and whose statements take 0.001 ms each. */
function durationMsOf(statements: number): number {
  return 2 + 0.001 * statements;
}

function estimate(durationsMs: readonly number[]): number {
  const flush = estimateFlush();
  for (const durationMs of durationsMs) flush.add(durationMs);
  return flush.flushMs();
}

const SIZES = Array.from({ length: 400 }, (_, index) => (index % 7) * 40);

test('nothing is known at first, and all of the first group may be its flush', () => {
  expect(estimate([])).toBe(0);
  expect(estimate([3])).toBe(3);
});

test('it is what the quickest groups take, also where every third one is disturbed', () => {
  const quiet = SIZES.map(durationMsOf);
  expect(estimate(quiet)).toBeCloseTo(2, 1);
  expect(estimate(quiet.map((ms, index) => (index % 3 === 0 ? ms * 4 : ms)))).toBeCloseTo(2, 1);
});

test('few groups that had nothing to flush do not count', () => {
  const some = SIZES.map((size, index) => (index % 20 === 0 ? 0.01 : durationMsOf(size)));
  expect(estimate(some)).toBeCloseTo(2, 1);
});

test('a disk that became slower, or quicker, is learnt within a hundred groups', () => {
  const before = SIZES.map(durationMsOf);
  for (const offMs of [8, -1.9]) {
    const after = before.slice(0, 100).map((ms) => ms + offMs);
    expect(estimate([...before, ...after])).toBeCloseTo(2 + offMs, 1);
  }
});
