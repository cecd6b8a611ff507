/** A migration that is killed midway leaves nothing behind, and runs at the next start. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import { commitAll, tenantRow } from '../suite/rows.ts';
import { runUntilKilled } from '../suite/run-until-killed.ts';
import { twoMigrations } from '../suite/second-migration.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { makeTemporaryDirectory } from './temporary-store.ts';

const CHILD = join(import.meta.dirname, '../suite/migrate-until-killed.cjs');
/** The child compiles our sources first, which takes its time on a busy machine. */
const TIMEOUT_MS = 60_000;

const migrations = twoMigrations(() => {});

test(
  'a migration killed midway is made from its beginning by the next server',
  async () => {
    const { directory, remove } = makeTemporaryDirectory();
    try {
      const path = join(directory, 'novacron.db');
      const before = await openAt({ path });
      await commitAll(before, [{ kind: 'put', into: 'tenants', row: tenantRow('a') }]);
      await before.close();
      expect(await runUntilKilled(CHILD, path, 1)).toEqual(['midway']);
      expect(halvesOf(path)).toEqual([]);
      const after = await openAt({ path, migrations });
      expect(await after.read({ from: 'tenants' })).toEqual([tenantRow('a')]);
      await after.close();
      expect(halvesOf(path)).toEqual(['first_half', 'second_half']);
    } finally {
      remove();
    }
  },
  TIMEOUT_MS,
);

async function openAt(options: Parameters<typeof openSqliteStore>[0]) {
  const opened = await openSqliteStore(options);
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

function halvesOf(path: string): unknown {
  const database = new SqliteDatabase(path);
  const names = database.prepare(
    "select name from sqlite_schema where name like '%\\_half' escape '\\' order by name",
  );
  const found = names.pluck().all();
  database.close();
  return found;
}
