/** Writes to a store whose files are removed, moved or replaced while it is open. */
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

let folder: string;
let path: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-guard-'));
  path = join(folder, 'store.db');
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(id: string): Promise<Result<void, Problem>> {
  return store.commit([{ kind: 'put', into: 'store_probes', row: { id, at_ms: 1 } }]);
}

const DISPLACED = {
  ok: false,
  error: {
    code: 'store-damaged',
    detail: expect.stringContaining('removed or replaced while the server runs'),
    remedy: expect.stringContaining('move the file back, or stop the server and restore'),
  },
};

describe.each(['here', 'thread'] as const)('a store written %s', (writer) => {
  beforeEach(async () => {
    const opened = await openSqliteStore({ path, writer });
    if (!opened.ok) throw new Error(opened.error.detail);
    store = opened.value;
    expect(await write('before')).toEqual({ ok: true, value: undefined });
  });

  test.each(['', '-wal'])('refuses writes once its file store.db%s is removed', async (suffix) => {
    rmSync(path + suffix);
    expect(await write('after')).toMatchObject(DISPLACED);
  });

  test('refuses writes while its file is elsewhere, and takes them when it is back', async () => {
    renameSync(path, `${path}.away`);
    expect(await write('away')).toMatchObject(DISPLACED);
    renameSync(`${path}.away`, path);
    expect(await write('back')).toMatchObject({ ok: true });
    const rows = await store.read({ from: 'store_probes' });
    expect(rows.map(({ id }) => id).toSorted()).toEqual(['back', 'before']);
  });

  test('refuses writes once another file is at its path', async () => {
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    expect(await write('after')).toMatchObject(DISPLACED);
  });
});

test('a write during which the file is removed is not acknowledged', async () => {
  const opened = await openSqliteStore({ path, writer: 'thread' });
  if (!opened.ok) throw new Error(opened.error.detail);
  store = opened.value;
  const writing = write('during');
  // The group has been handed to the thread, whose answer needs another turn.
  await new Promise((resolve) => setImmediate(resolve));
  rmSync(path);
  expect(await writing).toMatchObject(DISPLACED);
});
