import { expect, test } from '@jest/globals';
import type { ChargeInterval } from './model/charge.ts';
import { addResources, NO_RESOURCES, planComparison } from './plan-comparison.ts';

const HOUR_MS = 3_600_000;

const VM: ChargeInterval = {
  resourceId: 'vm_1',
  kind: 'vm',
  tenantId: 'tnt_a',
  name: 'web',
  labels: {},
  state: 'running',
  class: null,
  list: 'plst_1',
  currency: 'EUR',
  amounts: { cpuCores: 2, memoryMib: 4_096, diskGb: 20 },
  rate: 100_000,
  fromMs: 0,
  untilMs: 10 * HOUR_MS,
};

const LARGE = { ...VM, amounts: { ...VM.amounts, cpuCores: 4 }, rate: 200_000 };
const STOPPED: ChargeInterval = { ...VM, state: 'stopped', rate: 10_000 };

const compare = (before: readonly ChargeInterval[], after: readonly ChargeInterval[]) =>
  planComparison(addResources(NO_RESOURCES, before), addResources(NO_RESOURCES, after));

test.each<[string, ChargeInterval[], ChargeInterval[], object]>([
  ['is new', [], [VM], { new: 1_000_000 }],
  ['is gone', [VM], [], { gone: -1_000_000 }],
  ['is resized', [VM], [LARGE], { resized: 1_000_000 }],
  ['has another price', [VM], [{ ...VM, rate: 150_000 }], { repriced: 500_000 }],
  ['runs longer', [VM], [{ ...VM, untilMs: 12 * HOUR_MS }], { hours: 200_000 }],
  ['is stopped instead', [VM], [STOPPED], { hours: -900_000 }],
  [
    'is resized and runs for less time',
    [VM],
    [{ ...LARGE, untilMs: 5 * HOUR_MS }],
    { hours: -500_000, resized: 500_000 },
  ],
])('a resource that %s says so', (_how, before, after, reasons) => {
  const { changes } = compare(before, after);
  expect(changes.map((change) => change.reasons)).toEqual([reasons]);
});

test('reasons add up to the difference, and the largest difference is first', () => {
  const other = { ...VM, resourceId: 'vm_2', rate: 7, untilMs: HOUR_MS / 3 };
  const found = compare([VM, other], [LARGE, { ...other, rate: 8 }, { ...VM, resourceId: 'vm_3' }]);
  const { before, after, reasons } = found;
  expect(Object.values(reasons).reduce((sum, amount) => sum + amount, 0)).toBe(after - before);
  expect(found.changes[0]?.resourceId).toBe('vm_1');
  expect(compare([VM], [VM])).toMatchObject({ before: 1_000_000, after: 1_000_000, changes: [] });
});
