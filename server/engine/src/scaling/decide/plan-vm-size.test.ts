/** Recommended sizes of VMs: when they grow, shrink and stay. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainVmSize } from './explain-vm-size.ts';
import type { ResourceQuestion } from './model/vm-size.ts';
import { planVmSize } from './plan-vm-size.ts';

const CONSTANT: ResourceQuestion = {
  configured: 4,
  histories: [{ values: [3.4], days: 10 }],
  isScaled: false,
};

function question(values: readonly number[], other: Partial<ResourceQuestion & { days: number }>) {
  const { days = 10, configured = 4, isScaled = false } = other;
  return { configured, isScaled, histories: [{ values, days }] };
}

function cpu(values: readonly number[], other: Partial<ResourceQuestion & { days: number }> = {}) {
  const { cpu: size } = planVmSize({
    name: 'web',
    cpu: question(values, other),
    memory: CONSTANT,
  });
  return `${size.verdict} ${size.recommended}`;
}

function memory(
  values: readonly number[],
  other: Partial<ResourceQuestion & { days: number }> = {},
) {
  const { memory: size } = planVmSize({
    name: 'web',
    cpu: CONSTANT,
    memory: question(values, other),
  });
  return `${size.verdict} ${size.recommended}`;
}

/** Mostly one value, and another one in a share of the time. */
function mixed(usual: number, other: number, share: number): readonly number[] {
  return Array.from({ length: 100 }, (_, at) => (at < share * 100 ? other : usual));
}

describe('CPU', () => {
  test.each([
    ['is kept where it is enough', [3], 4, 'keep 4'],
    ['grows where nine tenths of the time need more', [3.6], 4, 'grow 5'],
    ['grows by half where it is full, which hides the need', [4], 4, 'grow 6'],
    ['shrinks where less is enough in 95 % of the time', [0.5], 4, 'shrink 1'],
    ['does not grow for a twentieth of the time', mixed(1, 4, 0.05), 4, 'shrink 2'],
    ['does not shrink where a tenth of the time needs it', mixed(0.5, 3, 0.1), 4, 'keep 4'],
    ['is never less than a core', [0], 2, 'shrink 1'],
  ])('%s', (_name, values, configured, expected) => {
    expect(cpu(values, { configured })).toBe(expected);
  });

  test.each([
    [0.03, 'unknown undefined'],
    [0.5, 'keep 4'],
    // By 1.5 days no more than 1.5 * 1.15 * (1 + 1 / 1.5) cores are needed, which are 2.9.
    [1.5, 'shrink 2'],
    [1, 'shrink 2'],
    [30, 'shrink 2'],
  ])('after %d days of 1.5 of four cores: %s', (days, expected) => {
    expect(cpu([1.5], { days })).toBe(expected);
  });

  test('shrinks a little only once it is known for long', () => {
    expect(cpu([2.5], { days: 2 })).toBe('keep 4');
    expect(cpu([2.5], { days: 10 })).toBe('shrink 3');
  });
});

describe('memory', () => {
  test.each([
    ['follows the largest hour, since a lack ends programs', mixed(1, 3.6, 0.01), 'grow 4.5'],
    ['shrinks in steps of half a GB', [1], 'shrink 1.5'],
    ['grows by half where it is full', mixed(1, 3.9, 0.01), 'grow 6'],
    ['is kept where it is enough', [3.4], 'keep 4'],
  ])('%s', (_name, values, expected) => {
    expect(memory(values)).toBe(expected);
  });
});

test('a resource that decides the number of members has no size of its own', () => {
  const scaled = { ...CONSTANT, isScaled: true };
  const plan = planVmSize({ name: 'web', cpu: scaled, memory: CONSTANT });
  expect(plan.cpu).toMatchObject({ verdict: 'unknown', gap: 'scaled', recommended: undefined });
  expect(plan.memory.verdict).toBe('keep');
});

test('of several histories the largest use counts, and the longest time', () => {
  const histories = [
    { values: [1], days: 20 },
    { values: [2], days: 2 },
  ];
  const { cpu: size } = planVmSize({
    name: 'web',
    cpu: { configured: 4, histories, isScaled: false },
    memory: CONSTANT,
  });
  expect(size).toMatchObject({ recommended: 3, days: 20, used: { p90: 2 } });
});

test('says what was used, and what follows', () => {
  const plan = planVmSize({
    name: 'web',
    cpu: question([0.5], {}),
    memory: question([4], { days: 0.5 }),
  });
  expect(explainVmSize(plan)).toEqual([
    'CPU of web: 4 cores, of which 0.5 were used half of the time, 0.5 in 90 %, 0.5 in 95 %, and ' +
      '0.5 at most, in 10 days. No more than 0.632 are needed. Recommended: 1 core.',
    'Memory of web: 4 GB, of which 4 were used half of the time, 4 in 90 %, 4 in 95 %, and 4 at ' +
      'most, in 12 hours. It was full, which hides how much it needs. Recommended: 6 GB.',
  ]);
  const unknown = planVmSize({
    name: 'web',
    cpu: { configured: 4, histories: [], isScaled: false },
    memory: { ...CONSTANT, isScaled: true },
  });
  expect(explainVmSize(unknown)).toEqual([
    'CPU of web: 4 cores. Less than an hour of use has been measured at this size, so nothing is ' +
      'recommended.',
    'Memory of web: 4 GB. A rule of the group follows its use, so the number of members does, ' +
      'not their size.',
  ]);
});

test('what is recommended is enough for what it is sized by, and is never changed again', () => {
  const amounts = fc.array(fc.double({ min: 0, max: 64, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: 1, max: 64 }), (values, configured) => {
      const used = values.map((value) => Math.min(value, configured));
      const { memory: size } = planVmSize({
        name: 'db',
        cpu: CONSTANT,
        memory: question(used, { configured }),
      });
      expect(size.recommended).toBeGreaterThanOrEqual(Math.max(...used));
      if (size.isFull || size.recommended === undefined) return;
      const again = planVmSize({
        name: 'db',
        cpu: CONSTANT,
        memory: question(used, { configured: size.recommended }),
      });
      expect(again.memory.verdict).toBe('keep');
    }),
  );
});
