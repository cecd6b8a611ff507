/** What SQLite has acknowledged outlives a killed server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
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
      const acknowledged = await runUntilKilled(path, count);
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

/** Starts the child and kills it after a number of lines; returns all of its lines. */
async function runUntilKilled(path: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=novacron-source', CHILD, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (text: Buffer) => errors.push(String(text)));
  const lines: string[] = [];
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  await closed;
  expect(errors.join('')).toBe('');
  return lines;
}

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
