/** Commits that SQLite acknowledged survive a killed server. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runUntilKilled } from '../suite/run-until-killed.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { makeTemporaryDirectory } from './temporary-store.ts';

const CHILD = join(import.meta.dirname, 'commit-until-killed.cjs');
/** The child compiles our sources first, which takes its time on a busy machine. */
const TIMEOUT_MS = 60_000;

const COMMITS_BEFORE_KILL = [1, 40, 400];

test.each(COMMITS_BEFORE_KILL)(
  'a server killed after %i commits has lost none of them, and none is there by half',
  async (count) => {
    const { directory, remove } = makeTemporaryDirectory();
    try {
      const path = join(directory, 'novacron.db');
      const acknowledged = await runUntilKilled(CHILD, path, count);
      expect(acknowledged.length).toBeGreaterThanOrEqual(count);
      const { tenants, rules } = await readAll(path);
      expect(acknowledged.filter((id) => !tenants.has(id))).toEqual([]);
      expect(rules).toEqual(tenants);
    } finally {
      remove();
    }
  },
  TIMEOUT_MS,
);

async function readAll(path: string) {
  const opened = await openSqliteStore({ path });
  if (!opened.ok) throw new Error(opened.error.detail);
  const rows = await opened.value.snapshot({
    tenants: { from: 'tenants' },
    rules: { from: 'rule_versions' },
  });
  await opened.value.close();
  return {
    tenants: new Set(rows.tenants.map(({ id }) => id)),
    rules: new Set(rows.rules.map(({ id }) => id)),
  };
}
