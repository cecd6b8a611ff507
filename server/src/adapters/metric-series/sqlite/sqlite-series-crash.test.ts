/** Acknowledged samples survive a killed server. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeTemporaryDirectory } from '../../store/sqlite/temporary-store.ts';
import { runUntilKilled } from '../../store/suite/run-until-killed.ts';
import { openSqliteSeries, SERIES_FILE } from './open-sqlite-series.ts';

const CHILD = join(import.meta.dirname, 'write-until-killed.cjs');
/** The child compiles our sources first, which takes its time on a busy machine. */
const TIMEOUT_MS = 60_000;

const ROUNDS_BEFORE_KILL = [1, 40, 400];

test.each(ROUNDS_BEFORE_KILL)(
  'a server killed after %i rounds has lost no sample of them, and has none twice',
  async (count) => {
    const { directory, remove } = makeTemporaryDirectory();
    try {
      const path = join(directory, SERIES_FILE);
      const rounds = await runUntilKilled(CHILD, path, count);
      expect(rounds.length).toBeGreaterThanOrEqual(count);
      const errors: string[] = [];
      const ignore = (): void => undefined;
      const logger = {
        debug: ignore,
        info: ignore,
        warn: ignore,
        error: (_fields: unknown, message: string) => errors.push(message),
      };
      const clock = { nowMs: () => 0, steadyMs: () => 0 };
      const series = openSqliteSeries({ path, clock, logger });
      const range = { targetId: 'vm_1', name: 'rounds_total', fromS: 0, toS: 2 ** 32 };
      const found = await series.read(range);
      await series.close();
      const means = found.ok ? (found.value?.means ?? []) : [];
      expect(means.slice(0, rounds.length)).toEqual(rounds.map(Number));
      expect(means).toEqual(means.map((_, at) => at));
      expect(errors).toEqual([]);
    } finally {
      remove();
    }
  },
  TIMEOUT_MS,
);
