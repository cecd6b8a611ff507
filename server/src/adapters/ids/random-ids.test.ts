import { describe, expect, test } from '@jest/globals';
import { VmId } from '@novacron/contract/ids';
import { createIds, systemRandom } from './random-ids.ts';

describe('createIds', () => {
  test('makes ids that rise, also within a millisecond and when the clock goes back', () => {
    let nowMs = 1_000_000;
    const ids = createIds({ nowMs: () => nowMs }, systemRandom);
    const made = Array.from({ length: 5_000 }, (_, index) => {
      if (index % 1_000 === 0) nowMs += index % 2_000 === 0 ? 1 : -5;
      return ids.next('vm');
    });
    expect(made).toEqual([...new Set(made)].sort());
    for (const id of made.slice(0, 10)) expect(VmId.safeParse(id).success).toBe(true);
  });

  test('never uses a byte of chance twice', () => {
    let drawn = 0;
    const counting = {
      bytes: (count: number) => {
        drawn += count;
        return Uint8Array.from({ length: count }, (_, index) => (drawn + index) % 251);
      },
    };
    let nowMs = 1_000_000;
    const ids = createIds({ nowMs: () => nowMs }, counting);
    const tails = Array.from({ length: 20 }, () => {
      nowMs += 1;
      return ids.next('vm').slice(-8);
    });
    expect(new Set(tails).size).toBe(tails.length);
    expect(drawn).toBeLessThan(10_000);
  });
});
