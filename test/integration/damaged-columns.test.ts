/**
 * Every column of a row that another program could change, one at a time, while a server runs: no
 * answer is an internal error, and whatever does not concern the row goes on.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import Database from 'better-sqlite3';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';

jest.setTimeout(120_000);

let folder: string;
let server: ServerProcess;
let database: Database.Database;
let call: Call;
let others: Call;

type Call = ReturnType<typeof connect>;

/** Columns that hold text that is parsed, a word of a closed set, or a time. */
const CHECKED = /_json$|_sealed$|^status$|_ms$/;

/** Tables whose rows are resources, or are read together with those of others. */
const TABLES = [
  'baselines',
  'drift_records',
  'networks',
  'nodes',
  'operation_log',
  'policy_signing_keys',
  'security_groups',
  'snapshots',
  'tenant_templates',
  'tenants',
  'vm_secrets',
  'vms',
  'volumes',
] as const;

const LISTS = [
  'control_plane.get',
  'drift.report',
  'identity.whoami',
  'network.list',
  'node.list',
  'operation.list',
  'policy_signing_key.list',
  'security_group.list',
  'snapshot.list',
  'template.list',
  'tenant.list',
  'vm.list',
  'volume.list',
] as const;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-columns-'));
  const dataDir = join(folder, 'data');
  server = await startServerProcess(dataDir, ['--rate-limit', '20000']);
  const key = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
  call = connect(key);
  await seed();
  database = new Database(join(dataDir, 'novacron.db'));
  database.pragma('busy_timeout = 5000');
});

afterAll(async () => {
  database?.close();
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function connect(key: string) {
  return createClient(createHttpCarrier(server.url, key)).call;
}

async function seed(): Promise<void> {
  const by = { client: 'terraform', deployment: 'shop' } as const;
  const network = await call('network.create', { name: 'net', cidr: '10.0.0.0/16' }, by);
  const vm = await call(
    'vm.create',
    { name: 'vm', cpu_cores: 1, memory_gb: 1, disk_gb: 1, password_wo: 'Pw-123456789' },
    by,
  );
  const volume = await call('volume.create', { name: 'vol', size_gb: 1 }, by);
  const template = { name: 'tpl', image: 'https://images.example/x.qcow2', disk_gb: 5 };
  await call('template.create', template, by);
  await call('security_group.create', { name: 'sg', rules: [] }, by);
  const rule = 'package novacron\n\ndeny contains "no" if input.resource.name == "never"\n';
  await call('policy.create', { name: 'p', type: 'resource', rule, enabled: false });
  const tenant = await call('tenant.create', { name: 'others', features: { migration: false } });
  if (!(network.ok && vm.ok && volume.ok && tenant.ok)) throw new Error('the store is seeded');
  for (const made of [vm, volume]) {
    await call('operation.wait', { id: made.value.operation.id, timeout_ms: 20_000 });
  }
  await call('snapshot.create', { name: 'snap', volume_id: volume.value.resource.id }, by);
  await call('network.update', { id: network.value.resource.id, dns_servers: ['9.9.9.9'] });
  others = connect(tenant.value.secret ?? '');
}

/**
 * Returns damaged values that other programs could leave: cut text, JSON of another shape, an
 * unknown word, an invalid time.
 */
function damages(column: string, value: unknown): readonly unknown[] {
  if (typeof value === 'number') return [9e15];
  if (typeof value !== 'string') return [];
  if (column === 'status') return ['forged'];
  return ['{', '{}', value.slice(0, value.length >> 1)];
}

/** Returns the faults in responses, one line each. */
async function findFaults(): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const [who, each] of [['platform', call] as const, ['others', others] as const]) {
    for (const name of LISTS) {
      const answer = await each(name, {});
      if (!answer.ok && !(who === 'others' && answer.error.code === 'forbidden')) {
        faults.push(`${who} ${name}: ${answer.error.code} ${answer.error.detail}`);
      }
    }
    const made = await each('network.create', { name: 'another', cidr: '10.200.0.0/16' });
    if (made.ok) await each('network.delete', { id: made.value.resource.id });
    else faults.push(`${who} network.create: ${made.error.code} ${made.error.detail}`);
  }
  const vm = { name: 'new', cpu_cores: 1, memory_gb: 1, disk_gb: 1 };
  const preview = await others('admission.preview', { operation: 'vm.create', input: vm });
  if (!preview.ok) faults.push(`others admission.preview: ${preview.error.code}`);
  return faults;
}

test.each(TABLES)('a damaged row of %s stops nothing but itself', async (table) => {
  expect(await findFaults()).toEqual([]);
  const row = Object(database.prepare(`SELECT * FROM ${table} ORDER BY id DESC`).get());
  const faults: string[] = [];
  for (const column of Object.keys(row).filter((name) => CHECKED.test(name))) {
    const set = database.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`);
    for (const value of damages(column, row[column])) {
      set.run(value, row.id);
      for (const fault of await findFaults()) faults.push(`${column} = ${value}: ${fault}`);
      set.run(row[column], row.id);
    }
  }
  expect(faults).toEqual([]);
});

test('a count of a tenant that cannot be is named, and other tenants go on', async () => {
  const vm = { name: 'counted', cpu_cores: 1, memory_gb: 1, disk_gb: 1 };
  const latest = database.prepare('SELECT id FROM tenant_quotas ORDER BY id DESC').get();
  const { id } = Object(latest);
  const set = database.prepare('UPDATE tenant_quotas SET vms_used = ? WHERE id = ?');
  set.run(-5, id);
  expect(await others('vm.create', vm)).toMatchObject({
    ok: false,
    error: { code: 'store-damaged', detail: expect.stringContaining('vms_used is below 0') },
  });
  expect(await call('vm.create', vm)).toMatchObject({ ok: true });
  set.run(0, id);
  expect(await others('vm.create', vm)).toMatchObject({ ok: true });
});
