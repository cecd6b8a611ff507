import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChargeInterval } from './model/charge.ts';
import { planSavings } from './plan-savings.ts';

const HOUR_MS = 3_600_000;
const DAY = { fromMs: 0, untilMs: 24 * HOUR_MS };
/** One euro per hour. */
const RATE = 1_000_000;

function ran(fromHour: number, toHour: number, more: Partial<ChargeInterval> = {}): ChargeInterval {
  return {
    resourceId: `vm-${fromHour}`,
    kind: 'vm',
    tenantId: 'tenant',
    name: 'web-1',
    labels: {},
    state: 'running',
    class: null,
    list: 'list',
    amounts: { cpuCores: 1, memoryMib: 1024, diskGb: 10 },
    rate: RATE,
    fromMs: fromHour * HOUR_MS,
    untilMs: toHour * HOUR_MS,
    ...more,
  };
}

describe('the savings of a group', () => {
  test('are those beside its greatest size, for the whole period', () => {
    // One member all day, two more for six hours: 24 + 12 = 36 of 72 hours.
    expect(planSavings([ran(0, 24), ran(6, 12), ran(6, 12)], DAY)).toEqual({
      actual: 36 * RATE,
      peak: 3,
      counterfactual: 72 * RATE,
      savings: 36 * RATE,
      roi: 1,
    });
  });

  test('count a member that takes the place of another once, and only the period', () => {
    const replaced = [ran(-10, 12), ran(12, 30)];
    expect(planSavings(replaced, DAY)).toMatchObject({ peak: 1, savings: 0, roi: 0 });
  });

  test('include the disks of stopped members, at the rate of running ones in comparison', () => {
    const stopped = ran(12, 24, { state: 'stopped', rate: RATE / 10 });
    const found = planSavings([ran(0, 12), stopped], DAY);
    expect(found).toMatchObject({ actual: 13.2 * RATE, peak: 1, counterfactual: 24 * RATE });
  });

  test('are not known where a rate is not, and nothing where nothing ran', () => {
    expect(planSavings([ran(0, 24), ran(6, 12, { rate: null })], DAY)).toBeUndefined();
    expect(planSavings([], DAY)).toMatchObject({ savings: 0, roi: null });
  });

  test('are never negative where members run at one rate', () => {
    const anyInterval = fc
      .tuple(fc.integer({ min: -5, max: 30 }), fc.integer({ min: 1, max: 20 }))
      .map(([from, hours]) => ran(from, from + hours));
    fc.assert(
      fc.property(fc.array(anyInterval, { maxLength: 12 }), (intervals) => {
        const found = planSavings(intervals, DAY);
        expect(found?.savings).toBeGreaterThanOrEqual(0);
        expect(found?.counterfactual).toBe((found?.peak ?? 0) * 24 * RATE);
      }),
    );
  });
});
