/** Migrations run once, in order, all or none. */
import { expect, it } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { MIGRATIONS } from '../migrations/migrations.ts';
import type { AnyTables } from '../sql/kysely-tables.ts';
import { SQLITE_SCHEMA } from '../sqlite/sqlite-schema-dialect.ts';
import { migrate } from './migrate.ts';
import { createTable, type Migration } from './migration.ts';

function openTools() {
  const database = new SqliteDatabase(':memory:');
  const db = new Kysely<AnyTables>({ dialect: new SqliteDialect({ database }) });
  return { db, dialect: SQLITE_SCHEMA };
}

function migrationOf(name: string): Migration {
  return { name, up: (tools) => createTable(tools, { name: `t${name}`, columns: {} }) };
}

it('runs each migration once, in order', async () => {
  const tools = openTools();
  const [first, second, third] = ['1', '2', '3'].map(migrationOf);
  if (first === undefined || second === undefined || third === undefined) return;
  expect(await migrate(tools, [first])).toEqual({ ok: true, value: ['1'] });
  expect(await migrate(tools, [first, second, third])).toEqual({ ok: true, value: ['2', '3'] });
  expect(await migrate(tools, [first, second, third])).toEqual({ ok: true, value: [] });
});

it('runs nothing on a store that knows more than this release', async () => {
  const tools = openTools();
  await migrate(tools, [migrationOf('1'), migrationOf('9')]);
  const answer = await migrate(tools, [migrationOf('1'), migrationOf('2')]);
  expect(answer).toMatchObject({ ok: false, error: { data: { unknown: '9' } } });
  const tables = await tools.db.introspection.getTables();
  expect(tables.map(({ name }) => name)).not.toContain('t2');
});

it('names the migrations so that their order is that of their names, each once', () => {
  const names = MIGRATIONS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)].toSorted());
  expect(names.filter((name) => !/^\d{4}-[a-z-]+$/.test(name))).toEqual([]);
});

it('makes tables that take no value of another type', async () => {
  const { db, dialect } = openTools();
  await migrate({ db, dialect }, MIGRATIONS);
  await expect(
    db.insertInto('rule_versions').values({ id: 'r', version: 'soon' }).execute(),
  ).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_DATATYPE' });
});
