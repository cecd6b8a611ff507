/** A store that is written by a thread of its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ok } from '@novacron/contract/result';
import SqliteDatabase from 'better-sqlite3';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import { compileChange } from '../sql/compile-change.ts';
import { describeGroups } from '../suite/groups-suite.ts';
import { commitAll, commitTogether, refusal, tenantRow } from '../suite/rows.ts';
import { makeSqliteBuilder } from './make-sqlite-builder.ts';
import { startWriterThread } from './start-writer-thread.ts';
import { makeTemporaryDirectory, openTemporaryStore } from './temporary-store.ts';

const put = (id: string): ChangeSet => [{ kind: 'put', into: 'tenants', row: tenantRow(id) }];

describe('a store with a writing thread', () => {
  let opened: Awaited<ReturnType<typeof openTemporaryStore>>;
  const current = (): Store => opened.store;
  beforeEach(async () => {
    opened = await openTemporaryStore({ writer: 'thread', busyTimeoutMs: 1, sizeMibMax: 3 });
  });
  afterEach(() => opened.remove());

  describeGroups(current);

  it('has what it answered in its reads, and keeps it', async () => {
    await commitAll(current(), put('a'));
    expect(await current().read({ from: 'tenants' })).toEqual([tenantRow('a')]);
    const other = new SqliteDatabase(opened.path, { readonly: true });
    expect(other.prepare('select id from tenants').pluck().all()).toEqual(['a']);
    other.close();
  });

  it('reports a full disk and a locked file, and goes on after them', async () => {
    const name = 'x'.repeat(2 ** 20);
    const big: ChangeSet = [{ kind: 'put', into: 'tenants', row: tenantRow('big', name) }];
    expect(await current().commit(big)).toMatchObject({
      error: { code: 'storage-full', data: { cause: 'SQLITE_FULL' } },
    });
    const other = new SqliteDatabase(opened.path);
    other.exec('begin immediate');
    expect(await current().commit(put('a'))).toMatchObject({
      error: { code: 'unavailable', data: { cause: 'SQLITE_BUSY' } },
    });
    other.exec('rollback');
    other.close();
    await commitAll(current(), put('a'));
  });

  it('leaves a bug with its caller, with what the database said of it', async () => {
    const row = { ...tenantRow('a'), created_at_ms: 1.5 };
    const broken = current().commit([{ kind: 'put', into: 'tenants', row }]);
    const beside = current().commit(put('b'));
    await expect(broken).rejects.toMatchObject({
      cause: { code: 'SQLITE_CONSTRAINT_DATATYPE' },
    });
    expect(await beside).toEqual(ok(undefined));
  });

  it('writes what waits before it closes', async () => {
    const sets = Array.from({ length: 40 }, (_, index) => put(`t${index}`));
    const answers = commitTogether(current(), sets);
    await current().close();
    expect(new Set(await answers)).toEqual(new Set(['done']));
    const other = new SqliteDatabase(opened.path, { readonly: true });
    expect(other.prepare('select count(*) from tenants').pluck().get()).toBe(sets.length);
    other.close();
    opened = await openTemporaryStore();
  });
});

it('does not know what became of a group whose thread died, and starts another one', async () => {
  const { directory, remove } = makeTemporaryDirectory();
  const program = join(directory, 'dies-at-first.mjs');
  const mark = join(directory, 'mark');
  writeFileSync(
    program,
    `import { existsSync, writeFileSync } from 'node:fs';
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (order) => {
      if (order === 'close') return parentPort.close();
      if (existsSync(${JSON.stringify(mark)})) return parentPort.postMessage({ kind: 'all-done' });
      writeFileSync(${JSON.stringify(mark)}, '');
      throw new Error('out of memory');
    });`,
  );
  const thread = startWriterThread(
    { path: '', busyTimeoutMs: 1, sizeMibMax: undefined, flushDelayMs: 0 },
    pathToFileURL(program),
  );
  const change = { kind: 'insert', into: 'tenants', row: tenantRow('a') } as const;
  const otherwise = refusal('taken');
  const set = [compileChange(makeSqliteBuilder(), { ...change, otherwise })];
  expect(await thread.commitGroup([set])).toEqual([
    {
      kind: 'answered',
      answer: {
        ok: false,
        error: {
          code: 'unavailable',
          detail:
            "The server's writer thread ended while the change was being stored, so it " +
            'is not known whether it was made.',
          remedy:
            'Send the request again with the same idempotency key, or check whether it ' +
            'was made before you send it again.',
          fields: [],
          data: { outcome: 'unknown' },
        },
      },
    },
  ]);
  expect(await thread.commitGroup([set])).toEqual([{ kind: 'answered', answer: ok(undefined) }]);
  await thread.close();
  remove();
});

it('is closed also where the thread dies instead of ending', async () => {
  const { directory, remove } = makeTemporaryDirectory();
  const program = join(directory, 'dies-at-last.mjs');
  writeFileSync(
    program,
    `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', () => {
      throw new Error('out of memory');
    });`,
  );
  const thread = startWriterThread(
    { path: '', busyTimeoutMs: 1, sizeMibMax: undefined, flushDelayMs: 0 },
    pathToFileURL(program),
  );
  await expect(thread.close()).resolves.toBeUndefined();
  remove();
});
