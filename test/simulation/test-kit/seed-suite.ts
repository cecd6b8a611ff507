/** What holds for every seed: several files have some seeds each, so that all cores have work. */
import { describe, expect, test } from '@jest/globals';
import { describeRun } from '../run-seeds.ts';
import { simulate } from '../simulate.ts';

/** Longest that one seed may take on a slow machine, twice. Unit: milliseconds. */
const SEED_MS_MAX = 60_000;

/** Declares the tests of the seeds from the first to the last. */
export function describeSeeds({ first, last }: { readonly first: number; readonly last: number }) {
  const seeds = Array.from({ length: last - first + 1 }, (_, index) => String(first + index));

  describe('a simulated world', () => {
    test.each(seeds)(
      'keeps every promise and repeats itself exactly: seed %s',
      async (seed) => {
        const run = await simulate({ seed });
        if (run.failure !== undefined) throw new Error(describeRun(run));
        const again = await simulate({ seed });
        expect(again).toEqual(run);
        expect(run.operations).toBeGreaterThan(0);
      },
      SEED_MS_MAX,
    );
  });
}
