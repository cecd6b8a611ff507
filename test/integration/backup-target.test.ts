/** Backups that a server makes of itself, and the loss of its machine. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { clientOf } from './test-kit/live-client.ts';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import {
  runNovacron,
  type ServerProcess,
  startServerProcess,
} from './test-kit/start-server-process.ts';

/** Changes are added every 15 s, by programs on a machine that may be busy. */
jest.setTimeout(180_000);

const VM = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
const KEYS = ['admin.key', 'sealing.key'];

let folder: string;
const servers: ServerProcess[] = [];

const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-backup-target-'));
  mkdirSync(at('vault'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string, flags: readonly string[] = ['--backup-to', at('vault')]) {
  const server = await startServerProcess(at(name), flags);
  servers.push(server);
  return { ...server, call: clientOf(server.url, at(name)) };
}

type Started = Awaited<ReturnType<typeof start>>;

async function createVm({ call }: Started, name: string): Promise<void> {
  const made = await call('vm.create', { ...VM, name, idempotency_key: `key-of-${name}` });
  if (!made.ok) throw new Error(made.error.detail);
  await call('operation.wait', { id: made.value.operation.id });
}

async function listBackups({ call }: Started) {
  const listed = await call('backup.list', {});
  if (!listed.ok) throw new Error(listed.error.detail);
  return listed.value.items;
}

/** Waits until everything that was answered before the call is at the target. */
async function saved(server: Started): Promise<void> {
  const nowMs = Date.now();
  await waitUntil('the changes to be saved', async () => {
    const backups = await listBackups(server);
    const isSaved = backups.some((each) => Date.parse(each.restorable_until) > nowMs);
    return isSaved || undefined;
  });
}

async function namesOf({ call }: Started): Promise<readonly string[]> {
  const listed = await call('vm.list', { limit: 500 });
  return listed.ok ? listed.value.items.map(({ name }) => name).sort() : [listed.error.detail];
}

test('a lost machine is replaced by its backup, with healing and automation held', async () => {
  const first = await start('first');
  await createVm(first, 'web');
  await saved(first);
  await createVm(first, 'db');
  await saved(first);
  for (const name of KEYS) copyFileSync(join(at('first'), name), at(name));
  await createVm(first, 'lost');
  await first.kill();
  rmSync(at('first'), { recursive: true });

  const restore = ['restore', '--data-dir', at('second'), '--from', at('vault')];
  const restored = await runNovacron(restore);
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  expect(restored.stdout).toContain(' holds the store and its agents as of 20');
  expect(restored.stdout).toContain('Not in the backup: metrics over time (metrics.db): 1 file');
  for (const name of KEYS) copyFileSync(at(name), join(at('second'), name));
  const second = await start('second', []);
  expect(await namesOf(second)).toEqual(['db', 'web']);
  expect(second.stdout()).toMatch(
    /The store was restored from a backup with data as of 20.+Z; healing and automation are held/,
  );
  const ready = await fetch(`${second.url}/readyz`);
  expect(await ready.json()).toMatchObject({
    degraded: [{ detail: expect.stringContaining('healing and automation held') }],
  });
  expect(await second.call('healing.status', {})).toMatchObject({
    value: { held: true, holds: [{ scope: 'all', held_by: 'restore' }] },
  });
  const run = await second.call('automation.status', {});
  expect(run).toMatchObject({ value: { held: true, holds: [{ held_by: 'restore' }] } });
  const events = await second.call('event.list', { limit: 500 });
  expect(events.ok && events.value.items.map(({ type }) => type)).toContain('server.restored');
  expect(await second.call('healing.release', { all: true })).toMatchObject({ ok: true });
  expect(await second.call('automation.release', { all: true })).toMatchObject({ ok: true });
  await waitUntil('the store to be released', async () => {
    const body: unknown = await (await fetch(`${second.url}/readyz`)).json();
    return JSON.stringify(body) === '{"status":"ready","degraded":[]}' || undefined;
  });
  expect(await second.stop()).toMatchObject({ code: 0 });
  expect(await findFaultsIn(at('second'))).toEqual([]);
});

test('an earlier time can be restored, and a file that is missing ends what can be', async () => {
  const first = await start('first');
  await createVm(first, 'web');
  await saved(first);
  const webMs = Date.now();
  await createVm(first, 'db');
  await saved(first);
  for (const name of KEYS) copyFileSync(join(at('first'), name), at(name));
  await first.kill();

  const time = new Date(webMs).toISOString();
  const from = ['--from', at('vault')];
  const earlier = ['restore', '--data-dir', at('second'), ...from, '--at', time];
  expect(await runNovacron(earlier)).toMatchObject({ code: 0, stderr: '' });
  for (const name of KEYS) copyFileSync(at(name), join(at('second'), name));
  expect(await namesOf(await start('second', []))).toEqual(['web']);

  const tooEarly = await runNovacron(['restore', '--data-dir', at('third'), ...from, '--at', '9d']);
  expect(tooEarly).toMatchObject({ code: 1, stderr: expect.stringContaining('is as old as 20') });
  const last = readdirSync(at('vault')).findLast((name) => name.endsWith('.gz')) ?? '';
  const sequence = Number(/[.](\d{6})-/.exec(last)?.[1]);
  // The same as if the file before it were missing.
  const later = last.replace(/[.]\d{6}-/, `.${String(sequence + 1).padStart(6, '0')}-`);
  renameSync(join(at('vault'), last), join(at('vault'), later));
  const cut = await runNovacron(['restore', '--data-dir', at('cut'), ...from]);
  expect(cut).toMatchObject({ code: 0, stderr: '' });
  expect(cut.stdout).toMatch(/^Not in the backup: changes until 20.+Z, because the target lost/m);
  renameSync(join(at('vault'), later), join(at('vault'), last));
  writeFileSync(join(at('vault'), last), 'not what it was');
  const damaged = await runNovacron(['restore', '--data-dir', at('third'), ...from]);
  expect(damaged.code).toBe(1);
  expect(damaged.stderr).toContain('is not what was put into it. Nothing has been restored.');
  const [, older = ''] = /--at (\S+)[.] /.exec(damaged.stderr) ?? [];
  const third = ['restore', '--data-dir', at('third'), ...from, '--at', older];
  expect(await runNovacron(third)).toMatchObject({ code: 0, stderr: '' });
});

test('admins make and verify backups, and read of failures in events', async () => {
  const first = await start('first');
  await createVm(first, 'web');
  const { call } = first;
  const made = await call('backup.run', {});
  if (!made.ok) throw new Error(made.error.detail);
  const { id } = made.value;
  expect(await call('backup.verify', { id })).toMatchObject({ value: { verification: 'passed' } });
  const listed = await listBackups(first);
  expect(listed.find((backup) => backup.id === id)).toMatchObject({ verification: 'passed' });
  const names = readdirSync(at('vault')).filter((name) => name.startsWith(`${id}.000000-`));
  const [whole = ''] = names;
  const behind = join(at('vault'), whole.replace('.000000-', '.000007-'));
  copyFileSync(join(at('vault'), whole), behind);
  expect(await call('backup.verify', { id })).toMatchObject({
    value: { verification: 'failed', reason: expect.stringContaining('a file is missing') },
  });
  rmSync(behind);
  writeFileSync(join(at('vault'), whole), 'not what it was');
  expect(await call('backup.verify', { id })).toMatchObject({
    value: { verification: 'failed', reason: expect.stringContaining('is not what was put') },
  });
  rmSync(at('vault'), { recursive: true });
  writeFileSync(at('vault'), 'a file instead of the directory');
  expect(await call('backup.run', {})).toMatchObject({
    error: { code: 'unavailable', detail: expect.stringContaining(`target ${at('vault')} cannot`) },
  });
  await waitUntil('the event', async () => {
    const events = await call('event.list', { limit: 500 });
    const types = events.ok ? events.value.items.map(({ type }) => type) : [];
    return types.includes('backup.failed') || undefined;
  });
  const key = readFileSync(join(at('first'), 'admin.key'), 'utf8').trim();
  const headers = { authorization: `Bearer ${key}` };
  const metrics = await (await fetch(`${first.url}/metrics`, { headers })).text();
  expect(metrics).toMatch(/^novacron_backup_last_success_timestamp_seconds \d{10}/m);
  expect(metrics).toMatch(/^novacron_backup_last_size_bytes [1-9]/m);
  expect(metrics).toMatch(/^novacron_backup_verified_timestamp_seconds \d{10}/m);
  expect(metrics).toMatch(/^novacron_backup_failures_total\{work="save"\} [1-9]/m);
  expect(metrics).toMatch(/^novacron_backup_failures_total\{work="verify"\} 2$/m);
});
