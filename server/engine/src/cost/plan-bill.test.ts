import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BilledPeriod, BillGroup } from './model/bill.ts';
import type { ChargeInterval } from './model/charge.ts';
import { addCharges, NO_SUMS, planBill, roundToPlaces } from './plan-bill.ts';

const HOUR_MS = 3_600_000;

const NOVEMBER = Date.UTC(2026, 10);
const DECEMBER = Date.UTC(2026, 11);

const VM: ChargeInterval = {
  resourceId: 'vm_1',
  kind: 'vm',
  tenantId: 'tnt_a',
  name: 'web',
  labels: { team: 'shop' },
  state: 'running',
  class: 'fast',
  list: 'plst_1',
  currency: 'EUR',
  amounts: { cpuCores: 2, memoryMib: 4_096, diskGb: 20 },
  rate: 100_000,
  fromMs: NOVEMBER,
  untilMs: NOVEMBER + 10 * HOUR_MS,
};

const MONTH: BilledPeriod = { fromMs: NOVEMBER, untilMs: DECEMBER };

function billOf(
  intervals: readonly ChargeInterval[],
  groupBy: readonly BillGroup[] = [],
  period = MONTH,
) {
  return planBill(addCharges(NO_SUMS, intervals, { period, groupBy }));
}

describe('a bill', () => {
  test.each<[string, readonly BillGroup[], readonly (readonly (string | null | number)[])[]]>([
    ['in one line', [], [[1_400_000]]],
    [
      'by tenant',
      ['tenant'],
      [
        ['tnt_a', 1_000_000],
        ['tnt_b', 400_000],
      ],
    ],
    [
      'by kind',
      ['kind'],
      [
        ['vm', 1_000_000],
        ['volume', 400_000],
      ],
    ],
    [
      'by resource',
      ['resource'],
      [
        ['vm_1', 1_000_000],
        ['vol_1', 400_000],
      ],
    ],
    [
      'by class',
      ['class'],
      [
        ['fast', 1_000_000],
        ['ssd', 400_000],
      ],
    ],
    [
      'by a label, which some do not have',
      [{ label: 'team' }],
      [
        ['shop', 1_000_000],
        [null, 400_000],
      ],
    ],
    ['by month', ['month'], [['2026-11', 1_400_000]]],
    [
      'by day',
      ['day', 'kind'],
      [
        ['2026-11-01', 'vm', 1_000_000],
        ['2026-11-01', 'volume', 100_000],
        ['2026-11-02', 'volume', 300_000],
      ],
    ],
  ])('is grouped %s', (_how, groupBy, lines) => {
    const volume: ChargeInterval = {
      ...VM,
      resourceId: 'vol_1',
      kind: 'volume',
      tenantId: 'tnt_b',
      labels: {},
      class: 'ssd',
      state: 'stored',
      rate: 50_000,
      fromMs: NOVEMBER + 22 * HOUR_MS,
      untilMs: NOVEMBER + 30 * HOUR_MS,
    };
    const bill = billOf([VM, volume], groupBy);
    expect(bill.lines.map(({ keys, amount }) => [...keys, amount])).toEqual(lines);
    expect(bill.total).toBe(1_400_000);
  });

  test('leaves out what is before or after its period', () => {
    const period = { fromMs: NOVEMBER + 4 * HOUR_MS, untilMs: NOVEMBER + 6 * HOUR_MS };
    const { total, chargedMs } = billOf([VM, { ...VM, untilMs: period.fromMs }], [], period);
    expect([total, chargedMs]).toEqual([200_000, 2 * HOUR_MS]);
  });

  test('reports hours without a known rate, and does not count them as free', () => {
    const bill = billOf([VM, { ...VM, resourceId: 'vm_2', rate: null }], ['resource']);
    expect(bill.lines.map(({ amount, unknownMs }) => [amount, unknownMs / HOUR_MS])).toEqual([
      [1_000_000, 0],
      [0, 10],
    ]);
    expect(bill.unknownMs).toBe(10 * HOUR_MS);
  });

  test('has lines that add up to its total, although each is rounded', () => {
    const third = { ...VM, rate: 1, untilMs: NOVEMBER + HOUR_MS / 3 };
    const bill = billOf(
      ['vm_1', 'vm_2', 'vm_3'].map((resourceId) => ({ ...third, resourceId })),
      ['resource'],
    );
    expect(bill.lines.map(({ amount }) => amount)).toEqual([1, 0, 0]);
    expect(bill.total).toBe(1);
    expect(roundToPlaces([3_333, 3_333, 3_334], 10_000)).toEqual([0, 0, 1]);
  });
});

const interval = fc
  .record({
    resourceId: fc.constantFrom('vm_1', 'vm_2', 'vm_3'),
    rate: fc.option(fc.nat(10_000_000_000)),
    fromMs: fc.integer({ min: NOVEMBER - 50 * HOUR_MS, max: DECEMBER }),
    lengthMs: fc.integer({ min: 1, max: 900 * HOUR_MS }),
  })
  .map(({ lengthMs, ...more }) => ({ ...VM, ...more, untilMs: more.fromMs + lengthMs }));

const moment = fc.integer({ min: NOVEMBER, max: DECEMBER });

describe('every bill', () => {
  const sumsOf = (
    intervals: readonly ChargeInterval[],
    period: BilledPeriod,
    before = NO_SUMS,
    groupBy: readonly BillGroup[] = ['resource'],
  ) => addCharges(before, intervals, { period, groupBy });
  const figures = (sums: typeof NO_SUMS) =>
    [...sums.values()]
      .map(({ keys, exact, chargedMs, unknownMs }) => ({ keys, exact, chargedMs, unknownMs }))
      .toSorted((left, right) => (String(left.keys) < String(right.keys) ? -1 : 1));

  test('is that of two touching periods together', () => {
    fc.assert(
      fc.property(fc.array(interval), moment, (intervals, atMs) => {
        const first = sumsOf(intervals, { ...MONTH, untilMs: atMs });
        const both = sumsOf(intervals, { ...MONTH, fromMs: atMs }, first);
        expect(figures(both)).toEqual(figures(sumsOf(intervals, MONTH)));
      }),
    );
  });

  test('stays the same when intervals are split, also by days', () => {
    fc.assert(
      fc.property(fc.array(interval), moment, (intervals, atMs) => {
        const split = intervals.flatMap((each) => [
          { ...each, untilMs: Math.min(each.untilMs, Math.max(atMs, each.fromMs)) },
          { ...each, fromMs: Math.max(each.fromMs, Math.min(atMs, each.untilMs)) },
        ]);
        expect(figures(sumsOf(split, MONTH))).toEqual(figures(sumsOf(intervals, MONTH)));
        const { total, lines } = billOf(intervals, ['day']);
        expect(total).toBe(billOf(intervals).total);
        expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
      }),
      { numRuns: 50 },
    );
  });
});
