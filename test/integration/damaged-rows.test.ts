/** Rows that another program changed in the store: each is named, and nothing else stops. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import type { TableName } from '@novacron/server/ports/tables/tables';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import Database from 'better-sqlite3';
import {
  runNovacron,
  type ServerProcess,
  startServerProcess,
} from './test-kit/start-server-process.ts';

// A server process starts twice.
jest.setTimeout(120_000);

let folder: string;
let server: ServerProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-damaged-'));
});

afterEach(async () => {
  await server?.kill();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const dataDir = () => join(folder, 'data');

async function start() {
  server = await startServerProcess(dataDir());
  const key = readFileSync(join(dataDir(), 'admin.key'), 'utf8').trim();
  return createClient(createHttpCarrier(server.url, key)).call;
}

type Call = Awaited<ReturnType<typeof start>>;

async function makeNetwork(call: Call, name: string, at: number): Promise<string> {
  const asked = { name, cidr: `10.0.${at}.0/24` };
  const made = await call('network.create', asked, { client: 'terraform', deployment: 'shop' });
  if (!made.ok) throw new Error(made.error.detail);
  return made.value.resource.id;
}

/** Changes a sealed value. */
type Forgery = (sealed: string) => string;

const flipLast: Forgery = (sealed) =>
  `${sealed.slice(0, -4)}${sealed.endsWith('AAAA') ? 'B' : 'A'}AAA`;
const nameOtherKey: Forgery = (sealed) => sealed.replace(/^(\w+)\.[^.]+\./, '$1.forged.');
const writePlain: Forgery = () => '{"name":"forged"}';

/** Writes to the store of a server that does not run. */
function forge(
  { table, column, where }: { table: TableName; column: string; where: Record<string, string> },
  forgery: Forgery,
): void {
  const database = new Database(join(dataDir(), 'novacron.db'));
  const tests = Object.keys(where).map((name) => `${name} = @${name}`);
  const condition = tests.join(' AND ');
  const found = database
    .prepare(`SELECT id, ${column} AS value FROM ${table} WHERE ${condition} ORDER BY id DESC`)
    .get(where);
  const { id, value } = Object(found);
  const set = database.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`);
  expect(set.run(forgery(String(value)), id).changes).toBe(1);
  database.close();
}

test('damaged rows are named by drift reports, and every list still answers', async () => {
  const first = await start();
  const ids = new Map<string, string>();
  const names = ['flipped', 'other-key', 'plain', 'no-proof', 'changed', 'no-cause', 'sound'];
  for (const [at, name] of names.entries()) ids.set(name, await makeNetwork(first, name, at));
  const idOf = (name: string) => ids.get(name) ?? '';
  for (const name of ['changed', 'no-cause']) {
    const changed = await first('network.update', { id: idOf(name), name: `${name}-2` });
    expect(changed).toMatchObject({ ok: true });
  }
  await server?.stop();

  const baseline = { table: 'baselines', column: 'applied_json' } as const;
  forge({ ...baseline, where: { id: idOf('flipped') } }, flipLast);
  forge({ ...baseline, where: { id: idOf('other-key') } }, nameOtherKey);
  forge({ ...baseline, where: { id: idOf('plain') } }, writePlain);
  const entry = { table: 'audit', column: 'changes_json' } as const;
  const about = (name: string, operation: string) => ({ resource_id: idOf(name), operation });
  forge({ ...entry, where: about('no-proof', 'drift.baseline') }, flipLast);
  forge({ ...entry, where: about('no-cause', 'network.update') }, nameOtherKey);
  const definition = { table: 'operations', column: 'definition_json' } as const;
  forge({ ...definition, where: { target_id: idOf('sound') } }, flipLast);

  const call = await start();
  const report = await call('drift.report', { deployment: 'shop' });
  if (!report.ok) throw new Error(report.error.detail);
  const drifted = report.value.items.map(({ resource_id }) => resource_id);
  expect(drifted.toSorted()).toEqual([idOf('changed'), idOf('no-cause')].toSorted());
  const tampered = report.value.tampered?.map(({ resource_id }) => resource_id) ?? [];
  const damaged = ['flipped', 'other-key', 'plain', 'no-proof'].map(idOf);
  expect(tampered.toSorted()).toEqual(damaged.toSorted());
  for (const each of report.value.tampered ?? []) expect(each.detail).toContain(each.resource_id);

  const shown = await call('drift_baseline.get', { id: idOf('flipped') });
  expect(shown).toMatchObject({ ok: true, value: { proof: 'tampered', applied: {} } });
  expect(await call('operation.list', {})).toMatchObject({ ok: true });
  expect(await call('audit.list', {})).toMatchObject({ ok: true });
  expect(await call('audit.verify', {})).toMatchObject({
    ok: false,
    error: { code: 'audit-broken' },
  });

  // A new baseline replaces the damaged one.
  expect(await call('drift_baseline.set', { id: idOf('flipped') })).toMatchObject({ ok: true });
  const again = await call('drift.report', { resource_id: idOf('flipped') });
  expect(again).toMatchObject({ ok: true, value: { tampered: [] } });
});

test('a baseline that was removed or moved is named, whichever report is asked for', async () => {
  const first = await start();
  const ids = new Map<string, string>();
  const names = ['removed', 'moved', 'other-deployment', 'other-kind', 'deleted', 'sound'];
  for (const [at, name] of names.entries()) ids.set(name, await makeNetwork(first, name, at));
  const idOf = (name: string) => ids.get(name) ?? '';
  const plain = await first('network.create', { name: 'by-hand', cidr: '10.9.0.0/16' });
  const tenant = await first('tenant.create', { name: 'other' });
  if (!plain.ok || !tenant.ok) throw new Error('the network and the tenant are made');
  await first('network.delete', { id: idOf('deleted') });
  await server?.stop();

  const database = new Database(join(dataDir(), 'novacron.db'));
  const set = (column: string, value: string, name: string) =>
    database.prepare(`UPDATE baselines SET ${column} = ? WHERE id = ?`).run(value, idOf(name));
  database.prepare('DELETE FROM baselines WHERE id = ?').run(idOf('removed'));
  set('tenant_id', tenant.value.resource.id, 'moved');
  set('deployment', 'another', 'other-deployment');
  set('resource_kind', 'vm', 'other-kind');
  database.close();

  const call = await start();
  const damaged = ['removed', 'moved', 'other-deployment', 'other-kind'].map(idOf).toSorted();
  for (const asked of [{}, { deployment: 'shop' }, { resource_kind: 'network' as const }]) {
    const report = await call('drift.report', asked);
    if (!report.ok) throw new Error(report.error.detail);
    const tampered = report.value.tampered?.map(({ resource_id }) => resource_id);
    expect([asked, tampered?.toSorted()]).toEqual([asked, damaged]);
  }
  const one = await call('drift.report', { resource_id: idOf('removed') });
  expect(one).toMatchObject({
    ok: true,
    value: {
      tampered: [
        {
          resource_kind: 'network',
          deployment: 'shop',
          detail: expect.stringContaining('is missing from the database'),
        },
      ],
    },
  });
  const elsewhere = await call('drift.report', { deployment: 'blog' });
  expect(elsewhere).toMatchObject({ ok: true, value: { tampered: [] } });
  expect(await call('drift_baseline.set', { id: idOf('removed') })).toMatchObject({ ok: true });
  const again = await call('drift.report', { resource_id: idOf('removed') });
  expect(again).toMatchObject({ ok: true, value: { tampered: [] } });
});

const VM = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
const notJson: Forgery = (text) => text.slice(0, text.length >> 1);
const empty: Forgery = () => '{}';

test('a damaged resource is named where it is asked for, and others are as before', async () => {
  const first = await start();
  const ids = new Map<string, string>();
  for (const [at, name] of ['cut', 'emptied', 'sound'].entries()) {
    ids.set(name, await makeNetwork(first, name, at));
    const made = await first('vm.create', { ...VM, name });
    if (!made.ok) throw new Error(made.error.detail);
    ids.set(`vm-${name}`, made.value.resource.id);
    await first('operation.wait', { id: made.value.operation.id, timeout_ms: 10_000 });
  }
  const idOf = (name: string) => ids.get(name) ?? '';
  await server?.stop();

  for (const [table, prefix] of [['networks', ''] as const, ['vms', 'vm-'] as const]) {
    const column = 'desired_json';
    forge({ table, column, where: { id: idOf(`${prefix}cut`) } }, notJson);
    forge({ table, column, where: { id: idOf(`${prefix}emptied`) } }, empty);
  }
  const call = await start();
  for (const [kind, prefix] of [['network', ''] as const, ['vm', 'vm-'] as const]) {
    const listed = await call(`${kind}.list`, {});
    if (!listed.ok) throw new Error(listed.error.detail);
    expect(listed.value.items.map(({ id }) => id)).toEqual([idOf(`${prefix}sound`)]);
    const named = listed.value.damaged?.map(({ id }) => id).toSorted();
    expect(named).toEqual([idOf(`${prefix}cut`), idOf(`${prefix}emptied`)].toSorted());
    const shown = await call(`${kind}.get`, { id: idOf(`${prefix}cut`) });
    expect(shown).toMatchObject({
      ok: false,
      error: { code: 'store-damaged', detail: expect.stringContaining(idOf(`${prefix}cut`)) },
    });
  }
  // Neither stands in the way of others.
  await makeNetwork(call, 'later', 7);
  const vm = await call('vm.create', { ...VM, name: 'later' });
  expect(vm).toMatchObject({ ok: true });
  expect(await call('network.delete', { id: idOf('cut') })).toMatchObject({ ok: true });
});

const POLICY = {
  type: 'resource',
  rule: 'package novacron\n\ndeny contains "no" if input.resource.name == "never"\n',
} as const;

test('a damaged policy refuses writes until an admin of its tenant deletes it', async () => {
  const first = await start();
  const tenant = await first('tenant.create', { name: 'shop' });
  const own = await first('policy.create', { ...POLICY, name: 'own' });
  if (!tenant.ok || !own.ok) throw new Error('the tenant and its policies are made');
  const shop = createClient(createHttpCarrier(server?.url ?? '', tenant.value.secret ?? '')).call;
  const theirs = await shop('policy.create', { ...POLICY, name: 'theirs' });
  if (!theirs.ok) throw new Error(theirs.error.detail);
  const { id } = theirs.value.resource;
  await server?.stop();

  forge({ table: 'orchestration_policies', column: 'desired_json', where: { id } }, flipLast);
  const call = await start();
  const again = createClient(createHttpCarrier(server?.url ?? '', tenant.value.secret ?? '')).call;
  await makeNetwork(call, 'of-another-tenant', 1);
  const refused = await again('network.create', { name: 'front', cidr: '10.1.0.0/16' });
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'policy-denied', detail: expect.stringContaining('theirs') },
  });
  const listed = await again('policy.list', {});
  expect(listed).toMatchObject({ ok: true, value: { items: [], damaged: [{ id }] } });
  expect(await again('vm.list', {})).toMatchObject({ ok: true });
  expect(await again('policy.delete', { id })).toMatchObject({ ok: true });
  expect(await again('network.create', { name: 'front', cidr: '10.1.0.0/16' })).toMatchObject({
    ok: true,
  });
});

test('a damaged key of the server verifies nothing, and a new one signs', async () => {
  const first = await start();
  const tenant = await first('tenant.create', { name: 'shop' });
  if (!tenant.ok) throw new Error(tenant.error.detail);
  const callShop = () =>
    createClient(createHttpCarrier(server?.url ?? '', tenant.value.secret ?? '')).call;
  const made = await callShop()('policy.create', { ...POLICY, name: 'signed-before' });
  const keys = await first('policy_signing_key.list', {});
  if (!made.ok || !keys.ok) throw new Error('the policy and its key are made');
  const [lost] = keys.value.items;
  if (lost === undefined) throw new Error('a key signs');
  await server?.stop();

  forge({ table: 'policy_signing_keys', column: 'key_sealed', where: { id: lost.id } }, flipLast);
  let call = await start();
  const health = await fetch(`${server?.url}/readyz`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({
    status: 'ready',
    degraded: [{ code: 'store-damaged', detail: expect.stringContaining(lost.id) }],
  });
  const shop = callShop();
  const refused = await shop('network.create', { name: 'front', cidr: '10.1.0.0/16' });
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'policy-denied', detail: expect.stringContaining('signed-before') },
  });
  expect(await shop('vm.list', {})).toMatchObject({ ok: true });
  await makeNetwork(call, 'of-another-tenant', 1);

  // The way out is that of every policy that was changed outside; a new key signs what comes then.
  await server?.stop();
  const { name } = made.value.resource;
  const glass = ['--break-glass', '--data-dir', dataDir()];
  expect(await runNovacron(['policy', 'disable', name, ...glass])).toMatchObject({ code: 0 });
  call = await start();
  const { id } = made.value.resource;
  const repaired = { id, rule: POLICY.rule, enabled: true };
  expect(await callShop()('policy.update', repaired)).toMatchObject({ ok: true });
  await makeNetwork(callShop(), 'front', 1);
  const listed = await call('policy_signing_key.list', {});
  if (!listed.ok) throw new Error(listed.error.detail);
  expect(listed.value.damaged?.map((each) => each.id)).toEqual([lost.id]);
  expect(listed.value.items.map(({ state }) => state)).toEqual(['signs']);
  expect(await call('policy_signing_key.rotate', {})).toMatchObject({
    ok: true,
    value: { refused: [] },
  });
});
