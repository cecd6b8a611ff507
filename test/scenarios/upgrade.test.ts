/** Stores of earlier releases under today's code. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import Database from 'better-sqlite3';
import {
  makeReleasedStore,
  RELEASED_ADMIN_KEY,
  RELEASED_LEVELS,
  releasedRows,
} from '../../server/src/adapters/store/suite/make-released-store.ts';

const [FIRST_LEVEL = ''] = RELEASED_LEVELS;

let dataDir: string;
let path: string;
let server: RunningNovacron | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-upgrade-'));
  path = join(dataDir, 'novacron.db');
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each(RELEASED_LEVELS)('a store of the level %s', (level) => {
  test('is opened with every row and value that it had', async () => {
    const written = await makeReleasedStore(path, level);
    const opened = await openSqliteStore({ path });
    if (!opened.ok) throw new Error(opened.error.detail);
    await opened.value.close();
    const database = new Database(path, { readonly: true });
    for (const [table, rows] of Object.entries(written)) {
      const found = database.prepare(`select * from ${table} order by id`).all();
      const wanted = rows.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
      expect({ table, found }).toMatchObject({ table, found: wanted });
    }
    const history = database.prepare('select name from schema_migrations order by name').pluck();
    expect(history.all()).toEqual([...RELEASED_LEVELS]);
    database.close();
  });

  test('is served: what was there is there, what ran goes on, new things are made', async () => {
    await makeReleasedStore(path, level);
    writeFileSync(join(dataDir, 'admin.key'), `${RELEASED_ADMIN_KEY}\n`);
    server = await startNovacron({ dataDir });
    const { call, expectOk, waitFor } = server;
    const { items: operations } = await expectOk('operation.list', {});
    for (const { id } of operations) {
      expect(await waitFor(id)).toMatchObject({ status: 'succeeded' });
    }
    const { items: vms } = await expectOk('vm.list', {});
    expect(vms.map(({ name, status, memory_gb }) => ({ name, status, memory_gb }))).toEqual([
      { name: 'web-01', status: 'running', memory_gb: 8 },
      { name: 'late', status: 'running', memory_gb: 2 },
    ]);
    const { items: volumes } = await expectOk('volume.list', {});
    expect(volumes).toMatchObject([{ name: 'data', size_gb: 50, attached_to: vms[0]?.id }]);
    expect((await expectOk('network.list', {})).items).toMatchObject([
      { name: 'front', cidr: '10.0.0.0/16' },
    ]);
    const vm = { name: 'giant', cpu_cores: 16, memory_gb: 4, disk_gb: 20 };
    expect(await call('vm.create', vm)).toMatchObject({
      ok: false,
      error: { code: 'policy-denied' },
    });
    const { operation } = await expectOk('vm.create', { ...vm, name: 'new', cpu_cores: 2 });
    expect(await waitFor(operation.id)).toMatchObject({ status: 'succeeded' });
    const { items: audit } = await expectOk('audit.list', { limit: 100 });
    expect(audit.length).toBeGreaterThan(10);
  });
});

test('the rows of the first release fill every table that it had', async () => {
  await makeReleasedStore(path, FIRST_LEVEL);
  const database = new Database(path, { readonly: true });
  const tables = database
    .prepare("select name from sqlite_schema where type = 'table' and name <> 'schema_migrations'")
    .pluck()
    .all()
    .map(String);
  database.close();
  expect(Object.keys(releasedRows(FIRST_LEVEL)).sort()).toEqual(tables.sort());
});
