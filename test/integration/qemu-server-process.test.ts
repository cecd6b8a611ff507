/** A server whose hypervisor is QEMU on this host, as people start it. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { guestConsole } from '../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import {
  addGuestTemplates,
  listQemuOf,
} from '../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { findQemu } from '../support/services/find-qemu.ts';
import { clientOf } from './test-kit/live-client.ts';
import { runNovacron, type ServerProcess } from './test-kit/start-server-process.ts';
import { useQemuServer } from './test-kit/use-qemu-server.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(300_000);

const { dataDir, start: startWith, cli } = useQemuServer();

let server: ServerProcess;

const machinesDir = (): string => join(dataDir(), 'qemu', 'machines');

async function start(): Promise<ServerProcess> {
  server = await startWith(['--label', 'disk=ssd', '--taint', 'old:avoid']);
  return server;
}

test('a server runs VMs on its host, which outlive it and are found again', async () => {
  addGuestTemplates(join(dataDir(), 'qemu', 'storage'));
  const first = await start();
  expect(first.stdout()).toMatch(
    /^Hypervisor: QEMU \d+[.]\d+\S* on this host, emulation in software \(it was asked for\)$/m,
  );
  const { url } = first;
  const before = clientOf(url, dataDir());
  expect(await before('node.list', {})).toMatchObject({
    ok: true,
    value: {
      items: [
        {
          name: 'node-01',
          status: 'ready',
          facts: {
            labels: { disk: 'ssd' },
            taints: [{ key: 'old', value: '', effect: 'avoid' }],
          },
        },
      ],
    },
  });
  const placement = { node_labels: { disk: 'ssd' } };
  const size = { cpu_cores: 1, memory_gb: 0.125, disk_gb: 1, placement };
  const made = await before('vm.create', { name: 'web', ...size });
  if (!made.ok) throw new Error(made.error.detail);
  const { id } = made.value.resource;
  expect(await before('operation.wait', { id: made.value.operation.id })).toMatchObject({
    value: { status: 'succeeded' },
  });
  const guest = guestConsole(machinesDir(), id);
  await guest.awaitBoots(1);
  await guest.run('echo kept >/note');
  const processes = listQemuOf(join(machinesDir(), id));
  expect(processes).toHaveLength(1);

  expect(await first.stop()).toMatchObject({ code: 0 });
  expect(listQemuOf(join(machinesDir(), id))).toEqual(processes);
  expect(await guest.run('cat /note')).toBe('kept');

  const after = clientOf((await start()).url, dataDir());
  expect(await after('vm.get', { id })).toMatchObject({ value: { status: 'running' } });
  expect(listQemuOf(join(machinesDir(), id))).toEqual(processes);
  const deleted = await after('vm.delete', { id });
  if (!deleted.ok) throw new Error(deleted.error.detail);
  expect(await after('operation.wait', { id: deleted.value.operation.id })).toMatchObject({
    value: { status: 'succeeded' },
  });
  expect(listQemuOf(machinesDir())).toEqual([]);
  await server.stop();

  const simulated = await runNovacron(['server', '--data-dir', dataDir()]);
  expect(simulated.stderr).toMatch(
    /^Error: The VMs of the data directory \S+ run on the hypervisor qemu[.]$/m,
  );
});

test('a VM whose process is killed runs again with its disk', async () => {
  addGuestTemplates(join(dataDir(), 'qemu', 'storage'));
  const call = clientOf((await start()).url, dataDir());
  const made = await call('vm.create', {
    name: 'web',
    cpu_cores: 1,
    memory_gb: 0.125,
    disk_gb: 1,
  });
  if (!made.ok) throw new Error(made.error.detail);
  const { id } = made.value.resource;
  await call('operation.wait', { id: made.value.operation.id });
  const guest = guestConsole(machinesDir(), id);
  await guest.awaitBoots(1);
  await guest.run('echo kept | dd of=/dev/vda conv=fsync 2>/dev/null');
  const [pid] = listQemuOf(join(machinesDir(), id));
  if (pid === undefined) throw new Error('it has no process');
  process.kill(pid, 'SIGKILL');
  await guest.awaitBoots(2);
  expect(await guest.run('dd if=/dev/vda bs=4 count=1 2>/dev/null')).toBe('kept');
  expect(listQemuOf(join(machinesDir(), id))).toHaveLength(1);
  const started = await call('operation.list', { kind: ['vm.start'], principal: ['platform'] });
  expect(started).toMatchObject({ value: { items: [{ target_id: id, status: 'succeeded' }] } });
});

/** More than one part of an upload. Unit: bytes. */
const IMAGE_BYTES = 20 * 1_048_576;
const BYTES_PER_GB = 1_073_741_824;

test('a template is made of an image that was uploaded, and VMs of both', async () => {
  const { url } = await start();
  const call = clientOf(url, dataDir());
  const adminKey = readFileSync(join(dataDir(), 'admin.key'), 'utf8').trim();
  const raw = join(dataDir(), 'image.raw');
  writeFileSync(raw, randomBytes(IMAGE_BYTES));
  const digits = createHash('sha256').update(readFileSync(raw)).digest('hex');
  const place = `${url}/images/${digits}.raw`;
  const send = (content: Buffer, range: string, key = adminKey) =>
    fetch(place, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-range': range },
      body: new Uint8Array(content),
    });
  expect((await fetch(place)).status).toBe(404);
  // An upload that ended early goes on where it was.
  const begun = await send(readFileSync(raw).subarray(0, 1_000), `bytes 0-999/${IMAGE_BYTES}`);
  expect(await begun.json()).toEqual({ received: 1_000, state: 'partial' });
  const again = await send(Buffer.alloc(10), `bytes 5-14/${IMAGE_BYTES}`);
  expect(await again.json()).toMatchObject({ code: 'conflict', data: { received: 1_000 } });
  const uploaded = await cli('template', 'upload', 'tiny', raw);
  expect(uploaded).toMatchObject({ code: 0, stderr: '' });
  const whole = Buffer.from(await (await fetch(place)).arrayBuffer());
  expect(whole.equals(readFileSync(raw))).toBe(true);
  const part = await fetch(place, { headers: { range: 'bytes=5-9' } });
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 5]);
  const [template] = await templatesOf(call);
  expect(template).toMatchObject({ name: 'tiny', image: `uploaded:${digits}.raw`, version: 1 });

  const size = { cpu_cores: 1, memory_gb: 0.125, disk_gb: 1, power_state: 'stopped' } as const;
  const made = await call('vm.create', {
    name: 'web',
    ...size,
    template_id: template?.id as never,
  });
  if (!made.ok) throw new Error(made.error.detail);
  expect(await call('operation.wait', { id: made.value.operation.id })).toMatchObject({
    value: { status: 'succeeded' },
  });
  const disk = join(dataDir(), 'qemu', 'storage', 'disks', made.value.resource.id, 'root.qcow2');
  const copy = join(dataDir(), 'copy.raw');
  execFileSync(findQemu().image, ['convert', '-O', 'raw', disk, copy]);
  expect(readFileSync(copy).subarray(0, IMAGE_BYTES).equals(readFileSync(raw))).toBe(true);

  // Another image under the same name is the next version.
  const other = join(dataDir(), 'other.qcow2');
  execFileSync(findQemu().image, ['create', '-q', '-f', 'qcow2', other, '1M']);
  expect(await cli('template', 'upload', 'tiny', other)).toMatchObject({ code: 0 });
  expect(await templatesOf(call)).toMatchObject([{ version: 2, image_checksum: null }]);
});

test('a snapshot is exported and downloaded, also where a download was interrupted', async () => {
  const { url } = await start();
  const call = clientOf(url, dataDir());
  const adminKey = readFileSync(join(dataDir(), 'admin.key'), 'utf8').trim();
  expect(await cli('storage', 'create', 'data', '--size-gb', '1')).toMatchObject({
    code: 0,
  });
  const volumes = await call('volume.list', {});
  const volume = volumes.ok ? String(volumes.value.items[0]?.id) : '';
  const file = join(dataDir(), 'qemu', 'storage', 'volumes', `${volume}.qcow2`);
  mkdirSync(dirname(file), { recursive: true });
  const raw = join(dataDir(), 'written.raw');
  writeFileSync(raw, randomBytes(IMAGE_BYTES));
  truncateSync(raw, BYTES_PER_GB);
  execFileSync(findQemu().image, ['convert', '-f', 'raw', '-O', 'qcow2', raw, file]);
  const taken = await cli('snapshot', 'create', 'before', '--volume-id', 'data');
  expect(taken).toMatchObject({ code: 0 });
  const image = join(dataDir(), 'data.qcow2');
  const exported = await cli('snapshot', 'export', 'before', '--file', image);
  expect(exported).toMatchObject({ code: 0, stderr: '' });
  const compared = ['compare', '-f', 'qcow2', '-F', 'raw', image, raw];
  expect(execFileSync(findQemu().image, compared, { encoding: 'utf8' })).toContain('identical');
  expect(await cli('snapshot', 'export', 'before', '--file', image)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('data.qcow2 exists'),
  });

  const whole = readFileSync(image);
  const digits = createHash('sha256').update(whole).digest('hex');
  expect(exported.stdout).toContain(digits);
  const again = join(dataDir(), 'again.qcow2');
  writeFileSync(`${again}.part`, whole.subarray(0, 1_000));
  expect(await cli('snapshot', 'export', 'before', '--file', again)).toMatchObject({ code: 0 });
  expect(readFileSync(again).equals(whole)).toBe(true);
  const wrong = join(dataDir(), 'wrong.qcow2');
  writeFileSync(`${wrong}.part`, 'of another export');
  expect(await cli('snapshot', 'export', 'before', '--file', wrong)).toMatchObject({ code: 0 });
  expect(readFileSync(wrong).equals(whole)).toBe(true);

  const snapshots = await call('snapshot.list', {});
  const id = snapshots.ok ? String(snapshots.value.items[0]?.id) : '';
  const fetched = await fetch(`${url}/exports/${id}`, {
    headers: { authorization: `Bearer ${adminKey}`, range: 'bytes=5-9' },
  });
  expect([fetched.status, fetched.headers.get('etag')]).toEqual([206, `"${digits}"`]);
  await fetched.arrayBuffer();
  const viewer = await call('api_key.create', { name: 'looks', role: 'viewer' } as never);
  const { secret } = viewer.ok ? Object(viewer.value) : { secret: '' };
  const statuses = [];
  for (const [path, headers] of [
    [`/exports/${id}`, {}],
    [`/exports/${id}`, { authorization: `Bearer ${secret}` }],
    ['/exports/snap_01jd3v6t7re3h8z9k2m4n5p6q7', { authorization: `Bearer ${adminKey}` }],
  ] as const) {
    const answer = await fetch(`${url}${path}`, { headers });
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([401, 403, 404]);
  const sent = await fetch(`${url}/exports/${id}/${digits}.qcow2`, {
    method: 'PUT',
    headers: { 'novacron-export-ticket': 'guessed', 'content-range': 'bytes 0-3/4' },
    body: 'four',
  });
  expect(await sent.json()).toMatchObject({
    code: 'not-found',
    detail: 'No export of this snapshot is under way with this ticket.',
  });
});

test('an image is taken only from those who may make templates, and as what it is', async () => {
  const { url } = await start();
  const call = clientOf(url, dataDir());
  const viewer = await call('api_key.create', { name: 'looks', role: 'viewer' } as never);
  if (!viewer.ok) throw new Error(viewer.error.detail);
  const { secret } = Object(viewer.value);
  const adminKey = readFileSync(join(dataDir(), 'admin.key'), 'utf8').trim();
  const file = `${'0'.repeat(64)}.raw`;
  const put = async (key: string, path: string, range: string) => {
    const answer = await fetch(`${url}/images/${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-range': range },
      body: 'four',
    });
    return (await answer.json()) as { readonly code?: string; readonly detail?: string };
  };
  expect(await put(secret, file, 'bytes 0-3/4')).toMatchObject({ code: 'forbidden' });
  expect(await put('ncr_no', file, 'bytes 0-3/4')).toMatchObject({ code: 'unauthenticated' });
  expect(await put(adminKey, file, 'bytes 0-3/4')).toMatchObject({
    code: 'validation-failed',
    detail: expect.stringMatching(/^The content that was sent is not 0{64}[.]raw: its SHA-256 /),
  });
  expect(await put(adminKey, file, 'bytes 0-3/99999999999999')).toMatchObject({
    code: 'payload-too-large',
  });
  expect(await put(adminKey, 'x.qcow2', 'bytes 0-3/4')).toMatchObject({
    code: 'validation-failed',
  });
  expect(await put(adminKey, '..%2Fadmin.key', 'bytes 0-3/4')).toMatchObject({
    code: 'validation-failed',
  });
  expect((await fetch(`${url}/images/..%2Fadmin.key`)).status).toBe(404);
  expect(readdirSync(join(dataDir(), 'images'))).toEqual([]);
  const adminRun = (path: string) =>
    runNovacron(['template', 'upload', 'x', path, '--endpoint', url, '--api-key', adminKey]);
  expect(await adminRun(join(dataDir(), 'nothing.qcow2'))).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/FILE: cannot read \S+nothing[.]qcow2: it does not exist/),
  });
  writeFileSync(join(dataDir(), 'image'), 'x');
  expect(await adminRun(join(dataDir(), 'image'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('add --format (qcow2, raw, vmdk, iso)'),
  });
});

async function templatesOf(call: ReturnType<typeof clientOf>) {
  const listed = await call('template.list', { name: 'tiny' });
  if (!listed.ok) throw new Error(listed.error.detail);
  return listed.value.items;
}
