/** Stores of earlier releases under today's code. */
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { waitUntil } from '@novacron/testing/wait-until';
import Database from 'better-sqlite3';
import { makeRequest } from '../../../server/agent/src/identity/make-request.ts';
import {
  makeReleasedStore,
  RELEASED_ADMIN_KEY,
  RELEASED_AUDITOR_KEY,
  RELEASED_LEVELS,
  RELEASED_SEALING_KEY,
  type ReleasedRows,
  releasedRows,
} from '../../../server/src/adapters/store/suite/make-released-store.ts';

const [FIRST_LEVEL = ''] = RELEASED_LEVELS;

const RELEASED_EVENTS = 14;

const CHILD = fileURLToPath(
  new URL('../../../server/src/adapters/store/suite/upgrade-until-killed.cjs', import.meta.url),
);

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
    await openAndClose();
    expectStore({ rows: written, levels: RELEASED_LEVELS });
  });

  test('is served: what was there is there, what ran goes on, new things are made', async () => {
    await makeReleasedStore(path, level);
    writeFileSync(join(dataDir, 'admin.key'), `${RELEASED_ADMIN_KEY}\n`);
    writeFileSync(join(dataDir, 'sealing.key'), RELEASED_SEALING_KEY);
    server = await startNovacron({ dataDir });
    const { call, expectOk, waitFor } = server;
    const { items: operations } = await expectOk('operation.list', {});
    for (const { id, target_name } of operations) {
      const status = target_name === 'short-lived' ? 'failed' : 'succeeded';
      expect(await waitFor(id)).toMatchObject({ target_name, status });
    }
    const { items: vms } = await expectOk('vm.list', {});
    expect(vms.map(({ name, status, memory_gb }) => ({ name, status, memory_gb }))).toEqual([
      { name: 'web-01', status: 'running', memory_gb: 8 },
      { name: 'late', status: 'running', memory_gb: 2 },
    ]);
    const { items: volumes } = await expectOk('volume.list', {});
    const data = volumes.filter(({ name }) => name === 'data');
    expect(data).toMatchObject([{ size_gb: 50, attached_to: vms[0]?.id }]);
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
    const { entries } = await expectOk('audit.verify', {});
    expect(entries).toBeGreaterThanOrEqual(audit.length);
    await expectOk('token.create', {});
    if (level >= '0007-enrollments') await expectEnrolled(server);
    await expectGaplessEvents();
    await waitUntil('every value to be sealed', async () => {
      const { items: keys } = await expectOk('sealing_key.list', {});
      return keys.every(({ tables_left }) => tables_left.length === 0) || undefined;
    });
    // The outcome of what ran during the upgrade follows with the next round.
    await waitUntil('every decision to have a score', () => {
      const database = new Database(path, { readonly: true });
      const old = 'select 1 from placement_decisions where score is null';
      const isLeft = database.prepare(old).get() !== undefined;
      database.close();
      return isLeft ? undefined : true;
    });
    const policy = (await expectOk('policy.list', {})).items.at(0);
    expect(policy?.rule).toContain('package');
    await expectOk('audit.verify', {});
    await server.stop();
    server = undefined;
    const store = new Database(path, { readonly: true });
    const texts = store.prepare('select desired_json from orchestration_policies').pluck().all();
    store.close();
    expect(texts.filter((text) => !String(text).startsWith('ncs1.'))).toEqual([]);
  }, 60_000);
});

test('the audit chain of a tenant goes on where an earlier release has left it', async () => {
  await makeReleasedStore(path, '0004-security');
  writeFileSync(join(dataDir, 'admin.key'), `${RELEASED_AUDITOR_KEY}\n`);
  server = await startNovacron({ dataDir });
  expect(await server.expectOk('audit.verify', {})).toMatchObject({ last_position: 3 });
  await server.expectOk('network.create', { name: 'later', cidr: '10.0.0.0/24' });
  expect(await server.expectOk('audit.verify', {})).toMatchObject({ last_position: 4 });
});

describe('an upgrade that is killed in the middle', () => {
  test.each(RELEASED_LEVELS)('after %s leaves the store as it was', async (level) => {
    const written = await makeReleasedStore(path, FIRST_LEVEL);
    const child = spawnSync(process.execPath, ['--conditions=novacron-source', CHILD, path, level]);
    expect({ signal: child.signal, stderr: String(child.stderr) }).toEqual({
      signal: 'SIGKILL',
      stderr: '',
    });
    expect(written.vms).toHaveLength(2);
    // A store of that level with these rows: what is made of one is proven above.
    expectStore({ rows: written, levels: [FIRST_LEVEL] });
    await openAndClose();
    expectStore({ rows: written, levels: RELEASED_LEVELS });
  });
});

async function openAndClose(): Promise<void> {
  const opened = await openSqliteStore({ path });
  if (!opened.ok) throw new Error(opened.error.detail);
  await opened.value.close();
}

/** Every row and value is there, and the store has had these migrations. */
function expectStore(wanted: {
  readonly rows: ReleasedRows;
  readonly levels: readonly string[];
}): void {
  const database = new Database(path, { readonly: true });
  for (const [table, rows] of Object.entries(wanted.rows)) {
    const found = database.prepare(`select * from ${table} order by id`).all();
    const sorted = rows.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    expect({ table, found }).toMatchObject({ table, found: sorted });
  }
  const history = database.prepare('select name from schema_migrations order by name').pluck();
  expect(history.all()).toEqual([...wanted.levels]);
  database.close();
}

/** The authority of an earlier release and those whom it enrolled count on. */
async function expectEnrolled({ expectOk }: RunningNovacron): Promise<void> {
  const [authority] = releasedRows('0007-enrollments').authorities ?? [];
  const text = String(authority?.certificate_pem);
  expect(await expectOk('bus.authority', {})).toEqual({ text });
  const { items } = await expectOk('enrollment.list', {});
  expect(items.map(({ node, status }) => `${node} ${status}`).slice(0, 3)).toEqual([
    'rack-node-01 revoked',
    'rack-node-01 active',
    'rack-node-02 pending',
  ]);
  const node = 'rack-node-03';
  const { secret: token } = await expectOk('enrollment.create', { node, expires_in_minutes: 5 });
  const { requestPem: request } = await makeRequest(node);
  const { certificate } = await expectOk('enrollment.redeem', { token, node, request });
  expect(new X509Certificate(certificate).verify(new X509Certificate(text).publicKey)).toBe(true);
}

/**
 * Positions go on behind those that an earlier release has dealt out. They are read from the store:
 * a caller does not see the events of other tenants and of the platform.
 */
async function expectGaplessEvents(): Promise<void> {
  const positions = await waitUntil('the events', () => {
    const database = new Database(path, { readonly: true });
    const dealtOut = 'select position from events where position is not null order by position';
    const found = database.prepare(dealtOut).pluck().all();
    database.close();
    return found.length > RELEASED_EVENTS ? found : undefined;
  });
  expect(positions).toEqual(positions.map((_, index) => index + 1));
}

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
