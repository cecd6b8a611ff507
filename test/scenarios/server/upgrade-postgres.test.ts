/** Stores of earlier releases on PostgreSQL under today's code. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPostgresStore } from '@novacron/server/adapters/store/postgres/open-postgres-store';
import { waitUntil } from '@novacron/testing/wait-until';
import {
  makeReleasedPostgres,
  RELEASED_LEVELS,
} from '../../../server/src/adapters/store/suite/make-released-store.ts';
import {
  type PostgresServer,
  runSql,
  startPostgres,
} from '../../support/services/start-postgres.ts';

const START_MS_MAX = 60_000;
const [FIRST_LEVEL = ''] = RELEASED_LEVELS;

let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await startPostgres();
}, START_MS_MAX);
afterAll(() => postgres?.remove(), START_MS_MAX);

async function expectRows(
  url: string,
  written: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>,
): Promise<void> {
  for (const [table, rows] of Object.entries(written)) {
    const found = await runSql(url, `select * from ${table} order by id collate "C"`);
    const wanted = rows.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    // PostgreSQL answers large numbers as text.
    expect({ table, rows: found.map(asText) }).toMatchObject({ table, rows: wanted.map(asText) });
  }
}

function asText(row: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(row as object).map(([column, value]) => [column, String(value)]),
  );
}

async function levelsOf(url: string): Promise<readonly unknown[]> {
  const rows = await runSql(url, 'select name from schema_migrations order by name');
  return rows.map((row) => (row as { readonly name: string }).name);
}

describe.each(RELEASED_LEVELS)('a PostgreSQL store of the level %s', (level) => {
  test('is opened with every row and value that it had, and used', async () => {
    const url = await postgres.createDatabase();
    const written = await makeReleasedPostgres(url, level);
    const opened = await openPostgresStore({ url });
    if (!opened.ok) throw new Error(opened.error.detail);
    await expectRows(url, written);
    expect(await levelsOf(url)).toEqual([...RELEASED_LEVELS]);
    const row = { id: 'later', version: 1 };
    expect(await opened.value.commit([{ kind: 'put', into: 'rule_versions', row }])).toEqual({
      ok: true,
      value: undefined,
    });
    expect(await opened.value.read({ from: 'rule_versions', where: { id: 'later' } })).toEqual([
      row,
    ]);
    await opened.value.close();
  });
});

test(
  'an upgrade that PostgreSQL does not live to see leaves the store as it was',
  async () => {
    const url = await postgres.createDatabase();
    const written = await makeReleasedPostgres(url, FIRST_LEVEL);
    // The migration waits for this table, and is killed while it waits.
    const holding = runSql(url, 'begin; lock table operations; select pg_sleep(600)').catch(
      () => {},
    );
    const opening = openPostgresStore({ url });
    await waitUntil('the upgrade to wait', async () => {
      const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock'";
      return (await runSql(url, waiting)).length > 0 || undefined;
    });
    await postgres.kill();
    expect(await opening).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    await holding;
    await postgres.restart();
    expect(await levelsOf(url)).toEqual([FIRST_LEVEL]);
    await expectRows(url, written);
    const opened = await openPostgresStore({ url });
    if (!opened.ok) throw new Error(opened.error.detail);
    await opened.value.close();
    expect(await levelsOf(url)).toEqual([...RELEASED_LEVELS]);
    await expectRows(url, written);
  },
  START_MS_MAX,
);
