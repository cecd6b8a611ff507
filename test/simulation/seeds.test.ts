/** Invariants that hold for every seed. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeRun } from './run-seeds.ts';
import { simulate } from './simulate.ts';

/** Longest that one seed may take on a slow machine, twice. Unit: milliseconds. */
const SEED_MS_MAX = 60_000;

/** A world is worth several runs of a property. */
const SEEDS = Math.ceil((fc.readConfigureGlobal().numRuns ?? 25) / 4);

describe('a simulated world', () => {
  test.each(Array.from({ length: SEEDS }, (_, index) => String(1 + index)))(
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
