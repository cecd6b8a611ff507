import { expect, test } from '@jest/globals';
import { planSpend } from './plan-spend.ts';

const DAY_MS = 86_400_000;
const period = { fromMs: 0, untilMs: 30 * DAY_MS };
const now = { nowMs: 10 * DAY_MS, spent: 240, rate: 1 };

test('a month costs what is spent, and the rate now for the hours that are left', () => {
  const days = Array.from({ length: 10 }, () => 24);
  const expected = 240 + 20 * 24;
  const range = { lower: expected, upper: expected };
  expect(planSpend({ ...now, period, days })).toEqual({ spent: 240, expected, range });
});

test('days that differ widen the range, which never goes below what is spent', () => {
  const days = [40, 8, 40, 8, 40, 8, 40, 8, 40, 8];
  const { expected, range } = planSpend({ ...now, period, days });
  expect(range?.lower).toBeGreaterThanOrEqual(240);
  expect(range?.lower).toBeLessThan(expected);
  expect(range?.upper).toBeGreaterThan(expected);
});

test('there is no range after a few days only', () => {
  expect(planSpend({ ...now, period, days: [24, 24, 24, 24, 24, 24] }).range).toBeNull();
});

test('the next month has nothing spent yet', () => {
  const next = { fromMs: 30 * DAY_MS, untilMs: 61 * DAY_MS };
  expect(planSpend({ ...now, spent: 0, period: next, days: [] }).expected).toBe(31 * 24);
});
