/** Opening a store: what is made, what is kept, what is refused and in which words. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, test } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import type { AnyQuery } from '../../../ports/store.ts';
import { compileQuery } from '../sql/compile-query.ts';
import { INDEXED_PAGES, INDEXED_QUERIES } from '../suite/indexed-queries.ts';
import { commitAll, tenantRow } from '../suite/rows.ts';
import { makeSqliteBuilder } from './make-sqlite-builder.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { toOpenProblem } from './sqlite-problems.ts';
import { makeTemporaryDirectory } from './temporary-store.ts';

const MIB = 1024 ** 2;

let directory = '';
let remove = () => {};

beforeEach(() => {
  ({ directory, remove } = makeTemporaryDirectory());
});
afterEach(() => remove());

async function openAt(path: string) {
  const opened = await openSqliteStore({ path, busyTimeoutMs: 1 });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

it('keeps what it stored from one opening to the next', async () => {
  const path = join(directory, 'novacron.db');
  const first = await openAt(path);
  await commitAll(first, [{ kind: 'put', into: 'tenants', row: tenantRow('a') }]);
  await first.close();
  const second = await openAt(path);
  expect(await second.read({ from: 'tenants' })).toEqual([tenantRow('a')]);
  await second.close();
});

it('writes its log to the file every 16 MB, not for each burst', async () => {
  const path = join(directory, 'novacron.db');
  const store = await openAt(path);
  const putMib = (id: string, mib: number) =>
    commitAll(store, [{ kind: 'put', into: 'tenants', row: tenantRow(id, id.repeat(mib * MIB)) }]);
  await putMib('a', 6);
  expect(statSync(path).size).toBeLessThan(MIB);
  await putMib('b', 12);
  expect(statSync(path).size).toBeGreaterThan(18 * MIB);
  await store.close();
});

it('creates a file that only its user may read', async () => {
  const path = join(directory, 'novacron.db');
  const store = await openAt(path);
  for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  await store.close();
});

const REFUSALS: readonly {
  readonly name: string;
  readonly reason: string;
  readonly says: string;
  readonly prepare: () => string;
}[] = [
  {
    name: 'a directory that does not exist',
    reason: 'directory-missing',
    says: 'its directory does not exist',
    prepare: () => join(directory, 'nowhere', 'novacron.db'),
  },
  {
    name: 'a directory that is a file',
    reason: 'directory-missing',
    says: 'its directory does not exist',
    prepare: () => {
      writeFileSync(join(directory, 'file'), '');
      return join(directory, 'file', 'novacron.db');
    },
  },
  {
    name: 'a directory in place of the file',
    reason: 'not-a-store',
    says: 'needs a regular file',
    prepare: () => {
      mkdirSync(join(directory, 'novacron.db'));
      return join(directory, 'novacron.db');
    },
  },
  {
    name: 'a database in memory',
    reason: 'not-a-store',
    says: 'needs a regular file',
    prepare: () => ':memory:',
  },
  {
    name: 'a file that is not a database',
    reason: 'not-a-store',
    says: 'it is not a SQLite database, or it is damaged',
    prepare: () => {
      writeFileSync(join(directory, 'novacron.db'), 'Dear diary, '.repeat(1000));
      return join(directory, 'novacron.db');
    },
  },
  {
    name: "another program's database",
    reason: 'not-a-store',
    says: 'needs a regular file',
    prepare: () => {
      const other = new SqliteDatabase(join(directory, 'novacron.db'));
      other.exec('create table recipes (name text)');
      other.close();
      return join(directory, 'novacron.db');
    },
  },
];

test.each(REFUSALS)('refuses $name', async ({ reason, says, prepare }) => {
  const opened = await openSqliteStore({ path: prepare() });
  expect(opened).toMatchObject({ ok: false, error: { code: 'unavailable', data: { reason } } });
  if (opened.ok) return;
  expect(opened.error.detail).toContain(says);
  expect(opened.error.remedy).toMatch(/^(?:Name|Create|Check) /);
});

it('refuses a file that another process keeps locked', async () => {
  const path = join(directory, 'novacron.db');
  await (await openAt(path)).close();
  const other = new SqliteDatabase(path);
  other.exec('begin exclusive');
  expect(await openSqliteStore({ path, busyTimeoutMs: 1 })).toMatchObject({
    ok: false,
    error: {
      code: 'unavailable',
      detail: `The store ${path} cannot be opened: another process has locked it.`,
      data: { reason: 'locked', cause: 'SQLITE_BUSY' },
    },
  });
  other.close();
  await (await openAt(path)).close();
});

it('refuses a store of a newer release, says so, and changes nothing', async () => {
  const path = join(directory, 'novacron.db');
  await (await openAt(path)).close();
  const newer = new SqliteDatabase(path);
  newer.prepare('insert into schema_migrations values (?)').run('0042-teleport');
  newer.close();
  expect(await openSqliteStore({ path })).toEqual({
    ok: false,
    error: {
      code: 'unavailable',
      detail:
        'The store was written by a newer release of NovaCron than this one: ' +
        'this release does not know its schema (0042-teleport).',
      remedy:
        'Start the newer release again, or restore the backup made before the upgrade. ' +
        'Nothing in the store has been changed.',
      fields: [],
      data: { reason: 'schema-newer', unknown: '0042-teleport' },
    },
  });
});

test.each([
  ['EACCES', 'not-writable', 'may not read and write'],
  ['SQLITE_READONLY_DIRECTORY', 'not-writable', 'may not read and write'],
  ['ENOSPC', 'disk-full', 'the disk is full'],
  ['SQLITE_CANTOPEN', 'disk-failed', 'could not read or write'],
  ['SQLITE_IOERR_READ', 'disk-failed', 'could not read or write'],
])('explains %s as %s', (code, reason, says) => {
  const found = toOpenProblem(Object.assign(new Error('x'), { code }), '/data/novacron.db');
  expect(found.data).toEqual({ reason, cause: code });
  expect(found.detail).toMatch(/^The store \/data\/novacron\.db cannot be opened: /);
  expect(found.detail).toContain(says);
  expect(found.remedy).toContain('start the server again');
});

it('crashes on an unexpected error', () => {
  expect(() => toOpenProblem(new TypeError('a bug'), 'x')).toThrow('a bug');
});

test.each(INDEXED_QUERIES)(
  'finds rows by an index, not by reading the table: %j',
  async (query) => {
    const plan = await explain(query);
    expect(plan).not.toContain('SCAN');
    expect(plan).toContain('SEARCH');
  },
);

test.each(INDEXED_PAGES)('takes the order of a page from an index: %j', async (query) => {
  const plan = await explain(query);
  expect(plan).not.toContain('B-TREE FOR ORDER BY');
  // By all that the page is narrowed by, not by the tenant alone.
  for (const column of Object.keys(query.where ?? {})) {
    // Plans call a derived column an expression.
    expect(plan).toMatch(new RegExp(`(?:\\b${column}|<expr>)[=<>]`));
  }
});

test.each([...INDEXED_QUERIES, ...INDEXED_PAGES])(
  'binds no limit as the planner would read it: %j',
  (query) => {
    // A bare one makes SQLite replan the statement each time it runs.
    expect(compileQuery(makeSqliteBuilder(), query).sql).not.toMatch(/limit \?/);
  },
);

/** Returns the query plan, without statistics because stores have none. */
async function explain(query: AnyQuery): Promise<string> {
  const path = join(directory, 'novacron.db');
  await (await openAt(path)).close();
  const { sql, parameters } = compileQuery(makeSqliteBuilder(), query);
  const database = new SqliteDatabase(path);
  const plan = database.prepare(`explain query plan ${sql}`).all(...parameters);
  database.close();
  return JSON.stringify(plan);
}
