/** An embedded store that goes on in PostgreSQL: every row of every table, or nothing. */

import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import { Client } from 'pg';
import { runSql } from '../../../../../test/support/services/start-postgres.ts';
import type { Change } from '../../../ports/store.ts';
import type { TableName } from '../../../ports/tables/tables.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { makeTemporaryDirectory } from '../sqlite/temporary-store.ts';
import { commitAll, ROW_OF_EACH_TABLE, tenantRow } from '../suite/rows.ts';
import { copyFromSqlite } from './copy-from-sqlite.ts';
import { openAt, usePostgres } from './test-kit/use-postgres.ts';

const postgres = usePostgres();

const { directory, remove } = makeTemporaryDirectory();
const full = join(directory, 'full.db');
/** Fresh copy of the store for each test. */
const path = join(directory, 'novacron.db');

beforeAll(async () => {
  const opened = await openSqliteStore({ path: full });
  if (!opened.ok) throw new Error(opened.error.detail);
  const tables = Object.keys(ROW_OF_EACH_TABLE) as TableName[];
  await commitAll(
    opened.value,
    tables.map((into) => ({ kind: 'put', into, row: ROW_OF_EACH_TABLE[into] }) as Change),
  );
  await opened.value.close();
});
beforeEach(() => copyFileSync(full, path));
afterEach(() => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
});
afterAll(() => remove());

/** A new database that has the tables already: creating those takes a second. */
const emptyDatabase = () => postgres.server().createDatabase({ template: 'template_store' });

type Row = Readonly<Record<string, unknown>>;

/** Every row of a store's tables, in the order of their ids. */
function rowsIn(path: string): ReadonlyMap<string, readonly Row[]> {
  const database = new SqliteDatabase(path, { readonly: true });
  const tables = database
    .prepare<[], { name: string }>("select name from sqlite_master where type = 'table'")
    .all()
    .map(({ name }) => name)
    .filter((name) => !/^sqlite_|^schema_migrations$/.test(name));
  const rows = tables.map((name) => {
    const found = database.prepare<[], Row>(`select * from ${name} order by id`).all();
    return [name, found] as const;
  });
  database.close();
  return new Map(rows);
}

/** PostgreSQL answers large numbers as text. */
const asText = (row: unknown) =>
  Object.fromEntries(Object.entries(Object(row)).map(([name, value]) => [name, String(value)]));

test('copies every row of every table', async () => {
  const url = await emptyDatabase();
  expect(await copyFromSqlite({ path, url })).toEqual({ ok: true, value: undefined });
  const wanted = rowsIn(path);
  // No resource of these rows has labels.
  const empty = [...wanted].filter(([, rows]) => rows.length === 0);
  expect(empty.map(([table]) => table)).toEqual(['resource_labels']);
  // One connection: there are fifty tables.
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const [table, rows] of wanted) {
    const found = await client.query(`select * from ${table} order by id`);
    expect({ table, rows: found.rows.map(asText) }).toEqual({ table, rows: rows.map(asText) });
  }
  await client.end();
});

test('takes more rows than go into one statement', async () => {
  const source = new SqliteDatabase(path);
  source.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 1200)
    insert into rule_versions (id, version) select 'rule-' || i, i from n`);
  source.close();
  const url = await emptyDatabase();
  expect(await copyFromSqlite({ path, url })).toMatchObject({ ok: true });
  const [count] = await runSql(url, "select count(*) from rule_versions where id like 'rule-%'");
  expect(asText(count)).toEqual({ count: '1200' });
});

test('replaces nothing in a database that is in use', async () => {
  const url = await emptyDatabase();
  const store = await openAt({ url });
  await commitAll(store, [{ kind: 'put', into: 'tenants', row: tenantRow('theirs') }]);
  expect(await copyFromSqlite({ path, url })).toMatchObject({
    ok: false,
    error: { code: 'conflict', detail: expect.stringContaining('is not empty') },
  });
  expect(await store.read({ from: 'tenants' })).toEqual([tenantRow('theirs')]);
  expect(await store.read({ from: 'api_keys' })).toEqual([]);
  await store.close();
});

test.each([
  ['mysql://root@127.0.0.1/x', 'is not a PostgreSQL URL'],
  ['postgres://novacron@127.0.0.1:1/none', 'cannot be opened'],
])('says why %s cannot be opened', async (url, words) => {
  expect(await copyFromSqlite({ path, url })).toMatchObject({
    ok: false,
    error: { code: 'unavailable', detail: expect.stringContaining(words) },
  });
});
