import { describe, expect, test } from '@jest/globals';
import { describeRun } from './run-seeds.ts';
import { type SimulationReport, simulate } from './simulate.ts';
import { TAMPERINGS } from './test-kit/tampered-stores.ts';

/**
 * A fault that this number of worlds does not show is one that the checks do not see. A missing
 * check for conflicts shows in one world of twenty: two writers have to meet.
 */
const SEEDS_MAX = 60;
const SEARCH_MS_MAX = 120_000;

describe('the simulation sees', () => {
  test.each(TAMPERINGS.map((make) => [make().name, make] as const))(
    '%s',
    async (_name, make) => {
      let caught: SimulationReport | undefined;
      for (let seed = 1; seed <= SEEDS_MAX && caught === undefined; seed += 1) {
        const report = await simulate({ seed: `writers-${seed}`, tamper: make().tamper });
        if (report.failure !== undefined) caught = report;
      }
      expect(caught?.failure?.faults.length ?? 0).toBeGreaterThan(0);
    },
    SEARCH_MS_MAX,
  );

  test(
    'chance that does not come from the seed',
    async () => {
      let count = 0;
      const hashes = [0, 1].map(async () => {
        const report = await simulate({
          seed: 'leak',
          // A port that answers differently in each run, as a clock or a random number would.
          tamper: (store) => ({
            ...store,
            read: async (query) => {
              count += 1;
              const rows = await store.read(query);
              return rows.map((row) => ({ ...row, unknown_column: count }));
            },
          }),
        });
        return report.hash;
      });
      const [first, second] = await Promise.all(hashes);
      expect(first).not.toBe(second);
    },
    SEARCH_MS_MAX,
  );

  test('and says where: the seed, the promise, what broke it and the last lines', async () => {
    const [make] = TAMPERINGS;
    const report = await simulate({ seed: 'mutant-1', tamper: make?.().tamper });
    const text = describeRun(report).split('\n');
    expect(text[0]).toMatch(/^seed mutant-1: \d+ steps/);
    expect(text[1]).toBe('FAILED: the accounts agree');
    expect(text[2]).toMatch(/^node-\d books \d+ \w+, allocations are \d+$/);
    expect(text.at(-1)).toBe('SEED=mutant-1');
    expect(report.failure?.trace).toHaveLength(50);
  });
});
