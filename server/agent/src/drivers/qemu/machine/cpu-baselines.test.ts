import { expect, test } from '@jest/globals';
import { baselineName, CPU_LEVELS, cpuModelOf, modelOfBaseline } from './cpu-baselines.ts';

const featuresOf = (level: string) => cpuModelOf(level).split(',');

test('each level has all features of the one before it, and more', () => {
  for (const [index, level] of CPU_LEVELS.slice(1).entries()) {
    const before = featuresOf(CPU_LEVELS[index] ?? '');
    expect(featuresOf(level)).toEqual(expect.arrayContaining(before));
    expect(featuresOf(level).length).toBeGreaterThan(before.length);
  }
});

test('the least level is the CPU of QEMU, and QEMU refuses what it cannot offer', () => {
  expect(cpuModelOf('x86-64-v1')).toBe('qemu64,enforce');
  expect(cpuModelOf('x86-64-v2')).toBe('qemu64,+popcnt,+sse4.1,+sse4.2,+ssse3,+aes,enforce');
});

test('a name has what a running guest cannot change', () => {
  const intel = { accelerator: 'kvm', vendor: 'GenuineIntel' } as const;
  expect(baselineName(intel, 'x86-64-v3')).toBe('kvm:GenuineIntel:x86-64-v3');
  expect(baselineName({ ...intel, accelerator: 'tcg' }, 'x86-64-v3')).toBe('tcg:x86-64-v3');
  expect(modelOfBaseline('kvm:GenuineIntel:x86-64-v3')).toBe(cpuModelOf('x86-64-v3'));
  expect(modelOfBaseline('tcg:x86-64-v9')).toBeUndefined();
});
