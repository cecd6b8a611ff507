/** A migration that is killed midway leaves nothing behind, and runs at the next start. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runSql } from '../../../../../test/support/services/start-postgres.ts';
import { commitAll, tenantRow } from '../suite/rows.ts';
import { runUntilKilled } from '../suite/run-until-killed.ts';
import { twoMigrations } from '../suite/second-migration.ts';
import { openAt, usePostgres } from './test-kit/use-postgres.ts';

const CHILD = join(import.meta.dirname, '../suite/migrate-until-killed.cjs');
/** The child compiles our sources first, which takes its time on a busy machine. */
const TIMEOUT_MS = 60_000;

const postgres = usePostgres();
const migrations = twoMigrations(() => {});

test(
  'a migration killed midway is made from its beginning by the next server',
  async () => {
    const url = await postgres.server().createDatabase();
    const before = await openAt({ url });
    await commitAll(before, [{ kind: 'put', into: 'tenants', row: tenantRow('a') }]);
    await before.close();
    expect(await runUntilKilled(CHILD, url, 1)).toEqual(['midway']);
    expect(await halvesOf(url)).toEqual([]);
    const after = await openAt({ url, migrations });
    expect(await after.read({ from: 'tenants' })).toEqual([tenantRow('a')]);
    await after.close();
    expect(await halvesOf(url)).toEqual([{ name: 'first_half' }, { name: 'second_half' }]);
  },
  TIMEOUT_MS,
);

function halvesOf(url: string) {
  return runSql(
    url,
    "select tablename as name from pg_tables where tablename in ('first_half', 'second_half') " +
      'order by tablename',
  );
}
