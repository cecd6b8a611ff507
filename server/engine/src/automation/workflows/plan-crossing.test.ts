/** Run starts by a metric that crosses a threshold. */
import { describe, expect, test } from '@jest/globals';
import { type CrossingRequest, planCrossing, STALE_MS } from './plan-crossing.ts';

const NOW_MS = 10_000_000;
const MINUTE_MS = 60_000;

/** A reading a minute, of which the last one is of now. */
const minutes = (...values: readonly number[]): CrossingRequest['readings'] =>
  values.map((value, at) => ({
    atMs: NOW_MS - (values.length - 1 - at) * MINUTE_MS,
    min: value,
    max: value,
  }));

const HIGH = { name: 'cpu_ratio', operator: 'gt', value: 0.9 } as const;

const plan = (request: Partial<CrossingRequest>) =>
  planCrossing({ metric: HIGH, readings: [], reachedMs: 0, ...request }, { nowMs: NOW_MS });

describe('a threshold', () => {
  test.each([
    ['gt', 5.1, 5],
    ['gte', 5, 4.9],
    ['lt', 4.9, 5],
    ['lte', 5, 5.1],
  ] as const)('of the kind %s is crossed by %d and not by %d', (operator, crossed, calm) => {
    const metric = { name: 'x_count', operator, value: 5 };
    expect(plan({ metric, readings: minutes(crossed) }).kind).toBe('begins');
    expect(plan({ metric, readings: minutes(calm) }).kind).toBe('stays');
  });

  test('is crossed once: what lasts begins nothing', () => {
    const readings = minutes(0.5, 0.95, 0.95);
    const sinceMs = NOW_MS - MINUTE_MS;
    expect(plan({ readings })).toEqual({ kind: 'begins', sinceMs, value: 0.95 });
    expect(plan({ readings, reachedMs: sinceMs })).toEqual({ kind: 'stays' });
  });

  test('is crossed again after it was not', () => {
    const reachedMs = NOW_MS - 5 * MINUTE_MS;
    expect(plan({ readings: minutes(0.95, 0.5), reachedMs })).toEqual({ kind: 'ends' });
    expect(plan({ readings: minutes(0.95, 0.5, 0.95), reachedMs })).toEqual({
      kind: 'begins',
      sinceMs: NOW_MS,
      value: 0.95,
    });
  });
});

describe('with for', () => {
  const metric = { ...HIGH, for: '3m' };

  test('all samples of that time have to hold', () => {
    expect(plan({ metric, readings: minutes(0.95, 0.95, 0.95) }).kind).toBe('stays');
    expect(plan({ metric, readings: minutes(0.95, 0.5, 0.95, 0.95, 0.95) }).kind).toBe('stays');
    expect(plan({ metric, readings: minutes(0.95, 0.95, 0.95, 0.95) }).kind).toBe('begins');
  });

  test('a crossing that is over ends while the next one is pending', () => {
    const reachedMs = NOW_MS - 10 * MINUTE_MS;
    expect(plan({ metric, readings: minutes(0.5, 0.95), reachedMs })).toEqual({ kind: 'ends' });
  });

  test('a mean of several samples holds only where each of them does', () => {
    const readings = [0, 1, 2, 3].map((ago) => ({
      atMs: NOW_MS - (3 - ago) * MINUTE_MS,
      min: ago === 1 ? 0.2 : 0.95,
      max: 0.99,
    }));
    expect(plan({ metric, readings }).kind).toBe('stays');
  });

  test('a gap says nothing: what was before it does not count', () => {
    const before = { atMs: NOW_MS - STALE_MS - 1, min: 0.95, max: 0.95 };
    expect(plan({ metric, readings: [before, ...minutes(0.95)] }).kind).toBe('stays');
  });
});

test('without new samples nothing begins, and nothing ends', () => {
  const old = { atMs: NOW_MS - STALE_MS - 1, min: 0.95, max: 0.95 };
  expect(plan({ readings: [old] })).toEqual({ kind: 'stays' });
  expect(plan({})).toEqual({ kind: 'stays' });
  const calm = { ...old, min: 0.1, max: 0.1 };
  expect(plan({ readings: [calm], reachedMs: 1 })).toEqual({ kind: 'stays' });
});
