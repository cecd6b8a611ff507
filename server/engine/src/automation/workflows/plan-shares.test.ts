/** Places of a round, shared among tenants. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planShares } from './plan-shares.ts';

const sharesOf = (counts: readonly number[], placesMax: number) => {
  const named = new Map(counts.map((count, at) => [`t${at}`, count] as const));
  const shares = planShares(named, placesMax);
  return counts.map((_, at) => shares.get(`t${at}`) ?? 0);
};

describe('places', () => {
  test.each([
    ['all have the same number', [1_000, 1_000], 100, [50, 50]],
    ['what one does not need the others have', [1_000, 1, 1_000], 100, [50, 1, 49]],
    ['one alone has all', [1_000], 100, [100]],
    ['all are taken where there are fewer than places', [3, 0, 2], 100, [3, 0, 2]],
    ['the first have one each where tenants are more than places', [5, 5, 5], 2, [1, 1, 0]],
  ])('%s', (_what, counts, placesMax, shares) => {
    expect(sharesOf(counts, placesMax)).toEqual(shares);
  });

  test('are all used, and none has fewer by two than another who has more than it needs', () => {
    const counts = fc.array(fc.nat(50), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 200 }), (wanted, placesMax) => {
        const shares = sharesOf(wanted, placesMax);
        const sum = (list: readonly number[]) => list.reduce((all, each) => all + each, 0);
        expect(sum(shares)).toBe(Math.min(placesMax, sum(wanted)));
        const largest = Math.max(...shares);
        const cut = shares.filter((share, at) => share < (wanted[at] ?? 0));
        for (const share of cut) expect(largest - share).toBeLessThanOrEqual(1);
      }),
    );
  });
});
