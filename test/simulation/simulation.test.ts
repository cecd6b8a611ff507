import { describe, expect, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import { runSeeds } from './run-seeds.ts';
import { simulate } from './simulate.ts';
import { makeChance } from './world/chance.ts';
import { createKernel } from './world/kernel.ts';

/** Longest that two runs may take on a slow machine. Unit: milliseconds. */
const SEED_MS_MAX = 60_000;

describe('a simulated world', () => {
  test(
    'is another one for another seed',
    async () => {
      const reports = await Promise.all(['left', 'right'].map((seed) => simulate({ seed })));
      expect(new Set(reports.map(({ hash }) => hash)).size).toBe(2);
    },
    SEED_MS_MAX,
  );

  test(
    'is reported in a line, seed after seed',
    async () => {
      const lines: string[] = [];
      const exitCode = await runSeeds(
        { seed: '41', runs: 2 },
        { write: (text) => lines.push(text) },
      );
      expect(exitCode).toBe(0);
      const line = /^seed (41|42): \d+ steps, \d+ crashes, \d+ operations, trace [0-9a-f]{16}\n$/;
      expect(lines).toEqual([expect.stringMatching(line), expect.stringMatching(line)]);
    },
    SEED_MS_MAX,
  );

  test('refuses to run no seeds at all', async () => {
    const lines: string[] = [];
    const exitCode = await runSeeds({ seed: '1', runs: 0 }, { write: (text) => lines.push(text) });
    expect([exitCode, ...lines]).toEqual([2, 'RUNS must be a whole number of 1 or more.\n']);
  });
});

describe('the kernel', () => {
  test('orders by moment, and lets the seed order one moment', async () => {
    const orders = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map(async (seed) => {
        const kernel = createKernel(makeChance(makeRng(seed)));
        const order: string[] = [];
        for (const name of ['late', 'one', 'two', 'three']) {
          kernel.timers.after(name === 'late' ? 7 : 5, () => order.push(name));
        }
        kernel.timers.after(6, () => order.push('cancelled'))();
        for (let count = 0; count < 4; count += 1) await kernel.step();
        expect(order.at(-1)).toBe('late');
        return order.join(' ');
      }),
    );
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  test('says so when nothing will ever happen again', async () => {
    const kernel = createKernel(makeChance(makeRng('empty')));
    await expect(kernel.step()).rejects.toThrow('nothing will ever happen again');
  });
});
