import { describe, expect, test } from '@jest/globals';
import { LOSE_BASELINES, LOSE_CAUSES } from '../test-kit/tampered-stores.ts';
import { driftedPaths, openBook } from './book.ts';
import { describeAccuracy, runDrift } from './run-drift.ts';
import { simulateDrift } from './simulate-drift.ts';

/** Longest that a few days may take on a slow machine. Unit: milliseconds. */
const DAYS_MS_MAX = 60_000;

describe('drift in a simulated fleet', () => {
  test(
    'is reported whenever it is there, and never otherwise',
    async () => {
      const accuracy = await simulateDrift({ seed: '4', days: 4 });
      expect(describeAccuracy(accuracy)).toMatch(/precision 100 %, recall 100 %$/);
      expect(accuracy.injected).toBeGreaterThan(0);
    },
    DAYS_MS_MAX,
  );

  test(
    'is the same in every run of a seed, and reported in a line',
    async () => {
      const reported: string[] = [];
      const run = { seed: '4', runs: 1, days: 1 };
      const out = { write: (text: string) => reported.push(text) };
      expect([await runDrift(run, out), await runDrift(run, out)]).toEqual([0, 0]);
      expect(reported[1]).toBe(reported[0]);
      expect(reported[0]).toMatch(
        /^drift of seed 4: 1 days, \d+ changes by Terraform, .* by people, \d+ on nodes; /,
      );
      expect(reported[0]).toMatch(
        /\ncosts of seed 4: [1-9]\d*\.\d\d EUR from \S+ until \S+\.\n {2}default: [1-9]\S* EUR, /,
      );
    },
    DAYS_MS_MAX,
  );

  test.each([
    ['baselines', LOSE_BASELINES, /reported, but is none: |not reported: /],
    ['causes', LOSE_CAUSES, /another cause: /],
  ] as const)(
    'is found wanting where a store loses %s',
    async (_what, make, words) => {
      const accuracy = await simulateDrift({ seed: '4', days: 2, tamper: make().tamper });
      expect(describeAccuracy(accuracy)).toMatch(words);
    },
    DAYS_MS_MAX,
  );

  test('needs a whole number of days', async () => {
    const reported: string[] = [];
    const out = { write: (text: string) => reported.push(text) };
    expect(await runDrift({ seed: '1', runs: 1, days: 0.5 }, out)).toBe(2);
    expect(reported).toEqual(['DAYS must be a whole number of 1 or more.\n']);
  });

  test('that was undone before anybody looked is counted apart', () => {
    const book = openBook();
    const values = { memory_gb: 2, disk_gb: 10 };
    book.add({ id: 'vm_1', kind: 'vm', name: 'a', applied: values, current: values });
    book.change('vm_1', { hand: 'ann', values: { memory_gb: 4, disk_gb: 20 } });
    book.change('vm_1', { hand: 'platform', values: { memory_gb: 2 } });
    book.judge([], 'now');
    expect(book.verdicts).toMatchObject({ injected: 1, undone: 1, missed: ['now: vm_1 disk_gb'] });
  });

  test('is known by fields, and by the keys of maps', () => {
    const applied = { memory_gb: 2, metadata: { a: '1', b: '2' }, list: [1] };
    const current = { memory_gb: 2, metadata: { b: '3', c: '4' }, list: [1], size: 3 };
    expect([...driftedPaths({ applied, current })].sort()).toEqual([
      'metadata.a',
      'metadata.b',
      'metadata.c',
      'size',
    ]);
    expect(driftedPaths({ applied: undefined, current }).size).toBe(0);
  });
});
