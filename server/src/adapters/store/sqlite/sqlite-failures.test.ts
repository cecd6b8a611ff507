/** Errors of SQLite: full disk, locked file, concurrent writes by another process. */

import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { afterEach, expect, it, test } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import type { ChangeSet } from '../../../ports/store.ts';
import { auditRow, commitAll, outcomeOf, refusal, tenantRow } from '../suite/rows.ts';
import { classifyFailure } from './sqlite-failures.ts';
import { toCommitProblem } from './sqlite-problems.ts';
import { openTemporaryStore } from './temporary-store.ts';

const removals: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function openStore(options: Parameters<typeof openTemporaryStore>[0] = {}) {
  const opened = await openTemporaryStore(options);
  removals.push(opened.remove);
  return opened;
}

const BIG_JSON = JSON.stringify('x'.repeat(30_000));

function bigSet(id: string): ChangeSet {
  return [
    { kind: 'put', into: 'tenants', row: tenantRow(id) },
    { kind: 'insert', into: 'audit', row: auditRow(id, BIG_JSON), otherwise: refusal('taken') },
  ];
}

it('answers reads and commits of a damaged file with what it is', async () => {
  const { store, path } = await openStore();
  const writer = new SqliteDatabase(path);
  writer.pragma('wal_checkpoint(TRUNCATE)');
  writer.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(statSync(path).size, 'x'), 0);
  closeSync(file);
  const damaged = { code: 'store-damaged', remedy: expect.stringContaining('from a backup') };
  await expect(store.read({ from: 'audit' })).rejects.toMatchObject({ problem: damaged });
  await expect(store.snapshot({ all: { from: 'tenants' } })).rejects.toMatchObject({
    problem: damaged,
  });
  const answer = await store.commit([{ kind: 'put', into: 'tenants', row: tenantRow('a') }]);
  expect(answer).toMatchObject({ error: damaged });
});

it('answers storage-full on a full disk, does nothing by half, and recovers', async () => {
  const { store } = await openStore({ sizeMibMax: 3 });
  const stored: string[] = [];
  let answer = await store.commit(bigSet('a0'));
  while (answer.ok) {
    stored.push(`a${stored.length}`);
    answer = await store.commit(bigSet(`a${stored.length}`));
  }
  expect(answer.error).toMatchObject({
    code: 'storage-full',
    detail: "The server's store is full, so the change was not made.",
    data: { cause: 'SQLITE_FULL' },
  });
  expect(answer.error.remedy).toContain('An operator must free space on the disk');
  expect(answer.error.remedy).toContain('Everything stored before is intact.');
  expect(stored.length).toBeGreaterThan(10);

  const { tenants, audit } = await store.snapshot({
    tenants: { from: 'tenants' },
    audit: { from: 'audit' },
  });
  expect(tenants.map(({ id }) => id).toSorted()).toEqual(stored.toSorted());
  expect(audit.map(({ id }) => id).toSorted()).toEqual(stored.toSorted());

  await commitAll(store, [
    { kind: 'drop', from: 'audit', id: 'a0' },
    { kind: 'drop', from: 'audit', id: 'a1' },
  ]);
  await commitAll(store, bigSet('later'));
  expect(await store.read({ from: 'tenants', where: { id: 'later' } })).toHaveLength(1);
});

it('answers everyone in a group that did not fit, also those whose guards had failed', async () => {
  const { store } = await openStore({ sizeMibMax: 3 });
  await commitAll(store, [{ kind: 'put', into: 'tenants', row: tenantRow('before') }]);
  const sets = Array.from({ length: 60 }, (_, index) => bigSet(`a${index}`));
  const answers = await Promise.all([...sets, bigSet('a0')].map((set) => store.commit(set)));
  expect(new Set(answers.map((answer) => (answer.ok ? 'done' : answer.error.code)))).toEqual(
    new Set(['storage-full']),
  );
  const everything = await store.snapshot({
    tenants: { from: 'tenants' },
    audit: { from: 'audit' },
  });
  expect(everything).toEqual({ tenants: [tenantRow('before')], audit: [] });
  await commitAll(store, bigSet('after'));
});

it('answers unavailable while another process keeps the file locked, and still reads', async () => {
  const { store, path } = await openStore({ busyTimeoutMs: 1 });
  await commitAll(store, [{ kind: 'put', into: 'tenants', row: tenantRow('a') }]);
  const other = new SqliteDatabase(path);
  other.exec('begin immediate');
  const change: ChangeSet = [{ kind: 'put', into: 'tenants', row: tenantRow('b') }];
  expect(await store.commit(change)).toMatchObject({
    ok: false,
    error: {
      code: 'unavailable',
      detail: 'Another process locked the store for too long, so the change was not made.',
      data: { cause: 'SQLITE_BUSY' },
    },
  });
  expect(await store.read({ from: 'tenants' })).toEqual([tenantRow('a')]);
  other.exec('rollback');
  other.close();
  await commitAll(store, change);
});

it('sees at once what another process has written, in reads and in guards', async () => {
  const { store, path } = await openStore();
  expect(await store.read({ from: 'tenants' })).toEqual([]);
  const other = new SqliteDatabase(path);
  const insert =
    'insert into tenants (id, name, created_at_ms, is_platform, revision) values (?, ?, ?, 0, 1)';
  other.prepare(insert).run('x', 'acme', 1_700_000_000_000);
  expect(await store.read({ from: 'tenants' })).toEqual([tenantRow('x', 'acme')]);
  other.prepare('update tenants set name = ?').run('initech');
  other.close();
  const otherwise = refusal('taken');
  const answer = await store.commit([
    { kind: 'insert', into: 'tenants', row: tenantRow('y', 'initech'), otherwise },
  ]);
  expect(outcomeOf(answer)).toBe('taken');
});

test.each([
  ['SQLITE_IOERR_FSYNC', 'unavailable', "The server's disk failed (SQLITE_IOERR_FSYNC)"],
  ['SQLITE_READONLY_DBMOVED', 'unavailable', "The server's disk failed (SQLITE_READONLY_DBMOVED)"],
  ['SQLITE_BUSY_SNAPSHOT', 'unavailable', 'Another process locked the store'],
  ['SQLITE_READONLY', 'unavailable', "The server's store is read-only"],
  ['SQLITE_NOTADB', 'store-damaged', "The server's store is damaged"],
  ['SQLITE_CORRUPT_INDEX', 'store-damaged', "The server's store is damaged"],
])('answers %s with %s', (code, kind, detail) => {
  const found = toCommitProblem(Object.assign(new Error('disk I/O error'), { code }));
  expect(found.code).toBe(kind);
  expect(found.detail).toContain(detail);
  expect(found.remedy).toContain('n operator must');
});

test.each([
  ['SQLITE_CONSTRAINT_UNIQUE', 'guard'],
  ['SQLITE_CONSTRAINT_CHECK', 'guard'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'bug'],
  ['SQLITE_CONSTRAINT_DATATYPE', 'bug'],
  ['SQLITE_ERROR', 'bug'],
  ['SQLITE_FULL', 'database'],
  ['SQLITE_NOMEM', 'database'],
  ['ENOENT', 'bug'],
  [undefined, 'bug'],
])('takes %s for a matter of: %s', (code, kind) => {
  expect(classifyFailure(Object.assign(new Error('x'), { code }))).toBe(kind);
});
