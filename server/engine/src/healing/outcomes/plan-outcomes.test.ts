import { describe, expect, test } from '@jest/globals';
import type { Attempt } from './model/learning.ts';
import { planOutcomes } from './plan-outcomes.ts';

const MINUTE_MS = 60_000;

/** A reset that began at 0, and ended a second later. */
const attempt = (more: Partial<Attempt>): Attempt => ({
  id: 'op_1',
  cause: 'unhealthy',
  strategy: 'reset',
  operation: 'succeeded',
  beganMs: 0,
  finishedMs: 1_000,
  nextMs: null,
  nextBy: null,
  proof: 'health',
  target: 'there',
  limitMs: null,
  servedMs: null,
  ...more,
});

/** Returns the outcome of an attempt as known 2 minutes later. */
function judge(more: Partial<Attempt>, nowMs = 2 * MINUTE_MS): string {
  const [first] = planOutcomes([attempt(more)], { nowMs });
  return first === undefined ? 'nothing' : `${first.result} after ${first.durationMs}`;
}

describe('an attempt', () => {
  test.each<[string, Partial<Attempt>, string]>([
    ['is under way', { operation: 'under-way', finishedMs: null }, 'nothing'],
    ['was cancelled', { operation: 'given-up' }, 'nothing'],
    ['has failed', { operation: 'failed' }, 'failed after 1000'],
    ['needs no other proof', { proof: 'operation' }, 'succeeded after 1000'],
    ['has helped', { servedMs: 40_000 }, 'succeeded after 40000'],
    ['has not helped yet', {}, 'nothing'],
    ['was followed by another one', { nextMs: 90_000 }, 'failed after 90000'],
    [
      'has helped before another one',
      { servedMs: 40_000, nextMs: 90_000 },
      'succeeded after 40000',
    ],
    [
      'has helped after another one only',
      { servedMs: 95_000, nextMs: 90_000 },
      'failed after 90000',
    ],
    ['was followed by a person', { nextMs: 90_000, nextBy: 'people' }, 'nothing'],
    [
      'has helped before a person came',
      { servedMs: 40_000, nextMs: 90_000, nextBy: 'people' },
      'succeeded after 40000',
    ],
    [
      'needs no proof, whatever a person did then',
      { proof: 'operation', nextMs: 90_000, nextBy: 'people' },
      'succeeded after 1000',
    ],
    ['was the last one', { target: 'faulty' }, 'failed after 120000'],
    [
      'takes longer than its limit',
      { operation: 'under-way', finishedMs: null, limitMs: 100_000 },
      'failed after 100000',
    ],
    ['took longer than its limit', { limitMs: 500, servedMs: 1_500 }, 'failed after 500'],
    ['ended within its limit', { limitMs: 1_000, servedMs: 1_500 }, 'succeeded after 1500'],
    ['has no VM any more', { target: 'gone' }, 'nothing'],
  ])('that %s', (_, more, verdict) => {
    expect(judge(more)).toBe(verdict);
  });

  test('to start a VM has helped when the VM runs for 10 minutes', () => {
    const start = { strategy: 'start', proof: 'stable' } as const;
    expect(judge(start, 10 * MINUTE_MS)).toBe('nothing');
    expect(judge(start, 10 * MINUTE_MS + 1_000)).toBe('succeeded after 1000');
    expect(judge({ ...start, nextMs: MINUTE_MS }, 11 * MINUTE_MS)).toBe('failed after 60000');
    const later = { ...start, nextMs: 11 * MINUTE_MS };
    expect(judge(later, 12 * MINUTE_MS)).toBe('succeeded after 1000');
    expect(judge({ ...start, target: 'gone' }, 12 * MINUTE_MS)).toBe('nothing');
  });
});
