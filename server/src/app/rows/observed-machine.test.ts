import { describe, expect, test } from '@jest/globals';
import { compareSizes } from './observed-machine.ts';

const SPEC = { cpu_cores: 2, memory_gb: 4, disk_gb: 20 } as const;
const SAME = { cpu_cores: 2, memory_mib: 4096, disk_gb: 20 } as const;

describe('the sizes of a machine', () => {
  test.each([
    ['all the same', {}, {}],
    ['more cores', { cpu_cores: 4 }, { cpu_cores: 4 }],
    ['less memory', { memory_mib: 2048 }, { memory_gb: 2 }],
    ['memory by less than half a step', { memory_mib: 4096 + 31 }, {}],
    ['memory between two steps', { memory_mib: 5000 }, { memory_gb: 4.875 }],
    ['memory below the least', { memory_mib: 1 }, { memory_gb: 0.0625 }],
    ['a larger disk', { disk_gb: 30 }, { disk_gb: 30 }],
    ['what no VM can have', { cpu_cores: 0, disk_gb: 100_000 }, {}],
  ])('are reported where they differ: %s', (_what, change, reported) => {
    expect(compareSizes(SPEC, { ...SAME, ...change })).toEqual(reported);
  });
});
