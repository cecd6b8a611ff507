import { describe, expect, test } from '@jest/globals';
import { createReturns } from './prove-return.ts';

const SECONDLY = { node: 'node-a', beat_ms: 1_000 };

describe('a node that is known to be off', () => {
  test('is not alive because heartbeats that waited in the network arrive together', () => {
    const returns = createReturns();
    const arrivedMs = [0, 1, 2, 3, 5, 8, 20, 100, 400];
    expect(arrivedMs.map((atMs) => returns.isProven(SECONDLY, atMs))).not.toContain(true);
  });

  test('is alive once it is heard one interval later', () => {
    const returns = createReturns();
    expect([0, 3, 1_003].map((atMs) => returns.isProven(SECONDLY, atMs))).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('needs longer where its heartbeats are rare', () => {
    const returns = createReturns();
    const rare = { node: 'node-a' };
    expect([0, 1_000, 5_000].map((atMs) => returns.isProven(rare, atMs))).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('has to be heard twice again after a silence', () => {
    const returns = createReturns();
    expect([0, 60_000, 61_000].map((atMs) => returns.isProven(SECONDLY, atMs))).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('is one of its own, and is forgotten once it is not known to be off', () => {
    const returns = createReturns();
    expect(returns.isProven(SECONDLY, 0)).toBe(false);
    expect(returns.isProven({ ...SECONDLY, node: 'node-b' }, 1_000)).toBe(false);
    returns.forget('node-a');
    expect(returns.isProven(SECONDLY, 1_000)).toBe(false);
  });
});
