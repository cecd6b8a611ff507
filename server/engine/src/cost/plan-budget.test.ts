import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Budget } from './model/budget.ts';
import { planMonth } from './plan-bill.ts';
import {
  planLevel,
  planProjection,
  planRateLimit,
  planRateMove,
  planSpent,
} from './plan-budget.ts';

const EUR = 1_000_000;
const HOUR_MS = 3_600_000;
const ENDS_AT = Date.UTC(2026, 1, 1);
const IN_TEN_HOURS = ENDS_AT - 10 * HOUR_MS;

const BUDGET: Budget = {
  name: 'research',
  hourly: null,
  monthly: null,
  warnRatio: 0.8,
  alertRatio: 0.95,
};

describe('the limit of a tenant', () => {
  test('is the lowest of all its budgets', () => {
    const budgets = [
      { ...BUDGET, name: 'wide', hourly: 9 * EUR },
      { ...BUDGET, name: 'narrow', hourly: 3 * EUR, monthly: 1_000 * EUR },
    ];
    const limit = planRateLimit(budgets, 0, IN_TEN_HOURS);
    expect(limit).toEqual({ budget: 'narrow', of: 'hourly', rateMax: 3 * EUR });
  });

  test('is what the rest of the month may cost, divided by its hours', () => {
    const budgets = [{ ...BUDGET, hourly: 9 * EUR, monthly: 100 * EUR }];
    const limit = planRateLimit(budgets, 80 * EUR, IN_TEN_HOURS);
    expect(limit).toEqual({ budget: 'research', of: 'monthly', rateMax: 2 * EUR });
    expect(planRateLimit(budgets, 110 * EUR, IN_TEN_HOURS)?.rateMax).toBe(-1 * EUR);
  });

  test('does not exist without a budget', () => {
    expect(planRateLimit([], 0, IN_TEN_HOURS)).toBeUndefined();
  });
});

test('a month is charged with the part of each interval that is in it', () => {
  const month = planMonth(IN_TEN_HOURS);
  expect(month).toEqual({ fromMs: Date.UTC(2026, 0, 1), untilMs: ENDS_AT });
  const { fromMs, untilMs } = month;
  const around = { rate: 2 * EUR, fromMs: fromMs - HOUR_MS, untilMs: fromMs + HOUR_MS };
  const after = { rate: 3 * EUR, fromMs: untilMs - HOUR_MS / 2, untilMs: untilMs + HOUR_MS };
  const unpriced = { rate: null, fromMs, untilMs };
  expect(planSpent([around, after, unpriced], month)).toBe(3.5 * EUR);
  // Rounded once, as on a bill: each of these alone is less than half a micro-unit.
  const short = { rate: 1, fromMs, untilMs: fromMs + HOUR_MS / 4 };
  expect(planSpent([short, short, short, short], month)).toBe(1);
});

describe('the level of a budget', () => {
  test.each([
    [0.79, 'ok'],
    [0.8, 'warn'],
    [0.95, 'alert'],
    [1, 'alert'],
    [1.01, 'exceeded'],
  ])('at %d of an hourly limit is %s', (part, level) => {
    const use = { rate: part * 100 * EUR, spent: 0 };
    expect(planLevel({ ...BUDGET, hourly: 100 * EUR }, use, IN_TEN_HOURS)).toBe(level);
  });

  test.each([
    [100, 0, 'ok'],
    [100, 70, 'warn'],
    [100, 150, 'alert'],
    [201, 0, 'exceeded'],
  ])('with %d of 200 spent in a month and %d to come is %s', (spent, toCome, level) => {
    const use = { rate: (toCome * EUR) / 10, spent: spent * EUR };
    expect(planLevel({ ...BUDGET, monthly: 200 * EUR }, use, IN_TEN_HOURS)).toBe(level);
  });
});

test('rates within the limit never spend more than a month may cost', () => {
  const cases = fc.record({
    monthly: fc.integer({ min: 0, max: 1e12 }),
    spent: fc.integer({ min: 0, max: 1e12 }),
    hoursLeft: fc.double({ min: 0.001, max: 744, noNaN: true }),
    of: fc.constantFrom(1, 0.5, 0),
  });
  fc.assert(
    fc.property(cases, ({ monthly, spent, hoursLeft, of }) => {
      const nowMs = Math.floor(ENDS_AT - hoursLeft * HOUR_MS);
      const { rateMax = 0 } = planRateLimit([{ ...BUDGET, monthly }], spent, nowMs) ?? {};
      if (rateMax < 0) return;
      const rate = Math.floor(rateMax * of);
      expect(planProjection({ rate, spent }, nowMs)).toBeLessThanOrEqual(monthly + 1);
    }),
  );
});

describe('a change of the rate of a tenant', () => {
  const limit = { budget: 'research', of: 'hourly', rateMax: 3 * EUR } as const;

  test('is refused where a request would exceed the limit, and guarded up to it', () => {
    const asked = { amount: EUR, isAsked: true, limit };
    expect(planRateMove({ ...asked, rate: 2 * EUR })).toEqual({
      kind: 'moves',
      by: EUR,
      rateMax: 2 * EUR,
    });
    expect(planRateMove({ ...asked, rate: 2 * EUR + 1 })).toEqual({ kind: 'refused', limit });
  });

  test('that no request asks for, or that costs less, is never refused', () => {
    const amount = fc.integer({ min: -1e9, max: 1e9 });
    const moves = fc.record({ rate: fc.nat(1e9), amount, isAsked: fc.boolean(), rateMax: amount });
    fc.assert(
      fc.property(moves, ({ rateMax, ...move }) => {
        if (move.isAsked && move.amount > 0) return;
        const planned = planRateMove({ ...move, limit: { ...limit, rateMax } });
        expect(planned).toMatchObject({ kind: 'moves', rateMax: undefined });
        expect(planned.kind === 'moves' && move.rate + planned.by).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
