/** Migrations run once, in order, all or none. */
import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
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

/** Digest of the SQL that each released migration has run on an empty store; add, never change. */
const RELEASED = {
  '0001-schema': 'ab742d7783b40ae418665f96b0ae6c13ad7aa9532d3d73d6a0b01788407aaf02',
};

it.each(Object.entries(RELEASED))(
  'never changes a released migration: %s',
  async (name, digest) => {
    const { db, dialect } = openTools();
    await migrate(
      { db, dialect },
      MIGRATIONS.slice(0, MIGRATIONS.findIndex((each) => each.name === name) + 1),
    );
    const made = sql<{
      sql: string;
    }>`select sql from sqlite_master where sql is not null order by name`;
    const { rows } = await made.execute(db);
    const hash = createHash('sha256').update(rows.map((row) => row.sql).join('\n'));
    expect(hash.digest('hex')).toBe(digest);
  },
);

it('makes tables that take no value of another type', async () => {
  const { db, dialect } = openTools();
  await migrate({ db, dialect }, MIGRATIONS);
  await expect(
    db.insertInto('rule_versions').values({ id: 'r', version: 'soon' }).execute(),
  ).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_DATATYPE' });
});

it('turns approvals of steps into approvals of executions', async () => {
  const tools = openTools();
  const at = MIGRATIONS.findIndex(({ name }) => name === '0005-approvals');
  await migrate(tools, MIGRATIONS.slice(0, at));
  const same = {
    id: 'apr_a',
    tenant_id: 'tnt_a',
    kind: 'approval',
    status: 'pending',
    required: 1,
    message: null,
    subject_json: 'sealed',
    digest: 'a1',
    votes_json: '[]',
    revision: 1,
    created_at_ms: 1,
    created_by: 'ann',
    expires_at_ms: 2,
    ended_at_ms: null,
  };
  const before = {
    execution_id: 'op_a',
    attempt: 'op_a/ask#1',
    step: 'ask',
    workflow_id: 'wf_a',
    workflow: 'release',
  };
  await tools.db.insertInto('approvals').values(Object.assign(before, same)).execute();
  await migrate(tools, MIGRATIONS);
  expect(await tools.db.selectFrom('approvals').selectAll().execute()).toEqual([
    {
      ...same,
      subject_kind: 'execution',
      subject_id: 'op_a',
      subject_name: 'release',
      operation_id: 'op_a',
      question: 'op_a/ask#1',
      details_json: '{"workflow_id":"wf_a","step":"ask"}',
    },
  ]);
});
