import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainGap, explainGrowth } from './explain-escalation.ts';
import type { GivenUpVm, GuestSigns } from './model/escalation.ts';
import { GROWTHS_MAX, planEscalation } from './plan-escalation.ts';
import { findShortages } from './rules/find-shortage.ts';

const CALM: GuestSigns = { console: [], memoryAvailableRatios: [], cpuUsedRatios: [] };
const OUT_OF_MEMORY: GuestSigns = { ...CALM, console: ['boot', 'Out of memory: Killed process 7'] };

const vm = (id: string, more: Partial<GivenUpVm> = {}): GivenUpVm => ({
  id,
  name: `name of ${id}`,
  priority: 50,
  fault: 'crash_loop',
  size: { memoryGb: 2, cpuCores: 1 },
  ceiling: { memoryGb: 8, cpuCores: 4 },
  signs: OUT_OF_MEMORY,
  growths: 0,
  lastGrowthMs: null,
  notBeforeMs: null,
  ...more,
});

/** Returns the decision for a single VM. */
function decide(more: Partial<GivenUpVm>, nowMs = 0): string {
  const input = { vms: [vm('a', more)], growing: 0, growingMax: 4 };
  const { begin, wait, left } = planEscalation(input, { nowMs });
  const [growth] = begin;
  if (growth !== undefined) return `${growth.to.memoryGb} GB, ${growth.to.cpuCores} cores`;
  const [waiting] = wait;
  return waiting === undefined ? String(left[0]?.why) : `waits until ${waiting.atMs}`;
}

describe('what a guest has run out of', () => {
  test.each([
    ['nothing that is known', CALM, []],
    ['memory, as its console says', OUT_OF_MEMORY, ['memory']],
    [
      'memory, by three measurements',
      { ...CALM, memoryAvailableRatios: [0, 0.05, 0.01] },
      ['memory'],
    ],
    ['nothing, by two measurements', { ...CALM, memoryAvailableRatios: [0, 0.5, 0.01] }, []],
    ['CPU', { ...CALM, cpuUsedRatios: [1, 0.2, 0.95, 0.99] }, ['cpu']],
    ['both', { ...OUT_OF_MEMORY, cpuUsedRatios: [1, 1, 1] }, ['memory', 'cpu']],
  ])('%s', (_what, signs, short) => {
    expect(findShortages(signs).map(({ resource }) => resource)).toEqual(short);
  });

  test('is quoted, and long lines are cut', () => {
    const line = `oom-kill ${'x'.repeat(1_000)}`;
    const [found] = findShortages({ ...CALM, console: [line, 'kernel panic'] });
    expect(found?.text).toHaveLength('its console said: ""'.length + 160);
  });
});

describe('a VM that restarts have not helped', () => {
  test.each([
    ['is doubled', {}, '4 GB, 1 cores'],
    ['has at most its ceiling', { ceiling: { memoryGb: 3, cpuCores: 4 } }, '3 GB, 1 cores'],
    ['that may not grow stays', { ceiling: null }, 'not_allowed'],
    ['without a shortage stays', { signs: CALM }, 'no_shortage'],
    ['whose memory may not grow stays', { ceiling: { memoryGb: null, cpuCores: 4 } }, 'at_ceiling'],
    ['never shrinks', { ceiling: { memoryGb: 1, cpuCores: 1 } }, 'at_ceiling'],
    ['that has grown often stays', { growths: GROWTHS_MAX }, 'attempts'],
    ['waits after a growth', { growths: 1, lastGrowthMs: 0 }, 'waits until 600000'],
    ['waits longer after two', { growths: 2, lastGrowthMs: 0 }, 'waits until 1200000'],
    ['waits after a refusal', { notBeforeMs: 7 }, 'waits until 7'],
  ])('%s', (_what, more, outcome) => {
    expect(decide(more)).toBe(outcome);
  });

  test('begins by priority, as many at a time as may grow', () => {
    const vms = [vm('a'), vm('b', { priority: 90 }), vm('c')];
    const plan = planEscalation({ vms, growing: 2, growingMax: 4 }, { nowMs: 0 });
    expect(plan.begin.map((each) => each.vm.id)).toEqual(['b', 'a']);
    expect(plan.postponed).toBe(1);
    const full = planEscalation({ vms, growing: 9, growingMax: 4 }, { nowMs: 0 });
    expect(full.begin).toEqual([]);
  });

  test('is explained with what shows that it needs more', () => {
    const [growth] = planEscalation(
      { vms: [vm('a')], growing: 0, growingMax: 1 },
      { nowMs: 0 },
    ).begin;
    expect(growth && explainGrowth(growth)).toBe(
      'name of a grows from 2 to 4 GB of memory, because its console said: ' +
        '"Out of memory: Killed process 7"',
    );
  });

  test.each([
    ['not_allowed', 'it does not allow healing to give it more memory or CPU (healing.grow_to)'],
    ['no_shortage', 'nothing shows that its guest has run out of memory or CPU'],
    ['at_ceiling', 'it has all the memory and CPU that healing.grow_to allows'],
    ['attempts', 'it has grown three times, and that has not helped'],
  ] as const)('that stays as it is (%s) is explained', (gap, why) => {
    expect(explainGap('web-01', gap)).toBe(`The VM web-01 gets no more memory or CPU: ${why}`);
  });

  test('never gets more than its ceiling, nor less than it has, nor more often than it may', () => {
    const size = fc.record({
      memoryGb: fc.integer({ min: 1, max: 64 }),
      cpuCores: fc.integer({ min: 1, max: 64 }),
    });
    const signs = fc.constantFrom(CALM, OUT_OF_MEMORY, {
      ...OUT_OF_MEMORY,
      cpuUsedRatios: [1, 1, 1],
    });
    fc.assert(
      fc.property(size, size, signs, fc.nat(5), (own, ceiling, seen, growths) => {
        const given = vm('a', { size: own, ceiling, signs: seen, growths });
        const { begin } = planEscalation({ vms: [given], growing: 0, growingMax: 1 }, { nowMs: 0 });
        for (const { to } of begin) {
          expect(growths).toBeLessThan(GROWTHS_MAX);
          expect(to.memoryGb).toBeGreaterThanOrEqual(own.memoryGb);
          expect(to.cpuCores).toBeGreaterThanOrEqual(own.cpuCores);
          expect(to.memoryGb).toBeLessThanOrEqual(Math.max(own.memoryGb, ceiling.memoryGb));
          expect(to.cpuCores).toBeLessThanOrEqual(Math.max(own.cpuCores, ceiling.cpuCores));
        }
      }),
    );
  });
});
