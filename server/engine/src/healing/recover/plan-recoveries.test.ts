import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainRecoveries } from './explain-recoveries.ts';
import type { WaitingVm } from './model/recovery.ts';
import { planRecoveries } from './plan-recoveries.ts';

const vm = (id: string, more: Partial<WaitingVm> = {}): WaitingVm => ({
  id,
  name: `name of ${id}`,
  priority: 50,
  memoryMib: 1024,
  notBeforeMs: null,
  ...more,
});

function plan(...given: Parameters<typeof planRecoveries>) {
  const { begin, postponed } = planRecoveries(...given);
  return { begin: begin.map(({ id }) => id), postponed };
}

const waiting: fc.Arbitrary<readonly WaitingVm[]> = fc
  .array(
    fc.record({
      priority: fc.integer({ min: 0, max: 3 }),
      memoryMib: fc.integer({ min: 1, max: 4 }),
      notBeforeMs: fc.option(fc.nat(20)),
    }),
    { maxLength: 20 },
  )
  .map((rows) => rows.map((row, at) => vm(`vm-${at}`, row)));

describe('a round of recoveries', () => {
  test('begins with the highest priority, then with the largest', () => {
    const vms = [
      vm('small', { priority: 60 }),
      vm('large', { priority: 60, memoryMib: 8192 }),
      vm('late'),
      vm('first', { priority: 100 }),
    ];
    const round = planRecoveries({ vms, underWay: 0, underWayMax: 3 }, { nowMs: 0 });
    expect(explainRecoveries(round)).toEqual([
      'name of first (first) starts on another node: priority 100, 1024 MiB',
      'name of large (large) starts on another node: priority 60, 8192 MiB',
      'name of small (small) starts on another node: priority 60, 1024 MiB',
      '1 more wait until some of these have ended',
    ]);
  });

  test('counts those under way', () => {
    const round = (underWay: number) =>
      plan({ vms: [vm('a'), vm('b')], underWay, underWayMax: 2 }, { nowMs: 0 });
    expect(round(1)).toEqual({ begin: ['a'], postponed: 1 });
    expect(round(2)).toEqual({ begin: [], postponed: 2 });
    expect(round(9)).toEqual({ begin: [], postponed: 2 });
  });

  test('leaves out what was refused until it is tried again', () => {
    const vms = [vm('refused', { notBeforeMs: 100 })];
    const round = (nowMs: number) => plan({ vms, underWay: 0, underWayMax: 2 }, { nowMs });
    expect(round(99)).toEqual({ begin: [], postponed: 0 });
    expect(round(100)).toEqual({ begin: ['refused'], postponed: 0 });
  });

  test('never exceeds the limit, and no VM overtakes one of higher priority', () => {
    fc.assert(
      fc.property(waiting, fc.nat(6), fc.nat(6), (vms, underWay, underWayMax) => {
        const { begin, postponed } = plan({ vms, underWay, underWayMax }, { nowMs: 10 });
        expect(begin.length).toBeLessThanOrEqual(Math.max(0, underWayMax - underWay));
        const due = vms.filter(({ notBeforeMs }) => (notBeforeMs ?? 0) <= 10);
        expect(begin.length + postponed).toBe(due.length);
        const isBegun = new Set(begin);
        const left = due.filter(({ id }) => !isBegun.has(id)).map(({ priority }) => priority);
        const begun = due.filter(({ id }) => isBegun.has(id)).map(({ priority }) => priority);
        expect(Math.max(-1, ...left)).toBeLessThanOrEqual(Math.min(101, ...begun));
      }),
    );
  });
});
