import { describe, expect, test } from '@jest/globals';
import { explainAttempt, type ShownAttempt } from './explain-attempts.ts';

const RESET: ShownAttempt = {
  target: 'web-01',
  strategy: 'reset',
  level: 1,
  beganAt: '2026-01-02T03:04:05.000Z',
  tookMs: 12_000,
  limitMs: 120_000,
  outcome: 'not-helped',
  why: null,
};

describe('an attempt to heal', () => {
  const begin = '2026-01-02T03:04:05.000Z  web-01: reset (level 1), 12s of at most 2m: ';
  test.each([
    ['helped', null, 'it helped'],
    ['not-helped', null, 'it did not help'],
    ['failed', 'its node is off', 'it failed: its node is off'],
    ['under-way', null, 'it is under way'],
    ['unknown', null, 'it was done, and whether it helped is not known yet'],
  ] as const)('that is %s is explained with its limit', (outcome, why, words) => {
    expect(explainAttempt({ ...RESET, outcome, why })).toBe(`${begin}${words}`);
  });

  test('without a limit says so', () => {
    const fence = { ...RESET, strategy: 'power_fence', level: 0, limitMs: null };
    expect(explainAttempt(fence)).toContain('power_fence (level 0), 12s without a limit:');
  });
});
