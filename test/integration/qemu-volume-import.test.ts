/** A disk goes out of NovaCron as a file and comes back as a volume, on a server with QEMU. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { guestConsole } from '../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import { addGuestTemplates } from '../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { findQemu } from '../support/services/find-qemu.ts';
import { waitUntil } from '../support/src/wait-until.ts';
import { clientOf } from './test-kit/live-client.ts';
import type { ServerProcess } from './test-kit/start-server-process.ts';
import { useQemuServer } from './test-kit/use-qemu-server.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(120_000);

const { dataDir, start, cli } = useQemuServer();

let server: ServerProcess;

beforeEach(async () => {
  addGuestTemplates(join(dataDir(), 'qemu', 'storage'));
  server = await start();
});

const storage = (...names: readonly string[]): string =>
  join(dataDir(), 'qemu', 'storage', ...names);

const namesIn = (directory: string): readonly string[] =>
  existsSync(directory) ? readdirSync(directory) : [];

test('what a VM wrote is exported, imported as a volume and read by the VM', async () => {
  const call = clientOf(server.url, dataDir());
  const size = ['--cpu-cores', '1', '--memory-gb', '0.125', '--disk-gb', '1'];
  expect(await cli('vm', 'create', 'web', ...size)).toMatchObject({ code: 0 });
  const attached = ['--attached-to', 'web'];
  const made = await cli('storage', 'create', 'data', '--size-gb', '1', ...attached);
  expect(made).toMatchObject({ code: 0 });
  const vms = await call('vm.list', {});
  const [vm] = vms.ok ? vms.value.items : [];
  if (vm === undefined) throw new Error('the VM is listed');
  const guest = guestConsole(join(dataDir(), 'qemu', 'machines'), vm.id);
  await guest.awaitBoots(1);
  const hasDisk = (name: string) =>
    waitUntil(`the disk ${name}`, async () =>
      (await guest.run('ls /sys/block')).includes(name) ? true : undefined,
    );
  await hasDisk('vdb');
  await guest.run('echo numbers | dd of=/dev/vdb bs=8 seek=20000 conv=fsync 2>/dev/null');
  const taken = await cli('snapshot', 'create', 'before', '--volume-id', 'data');
  expect(taken).toMatchObject({ code: 0 });
  const file = join(dataDir(), 'data.qcow2');
  expect(await cli('snapshot', 'export', 'before', '--file', file)).toMatchObject({ code: 0 });
  await guest.run('echo changed | dd of=/dev/vdb bs=8 seek=20000 conv=fsync 2>/dev/null');

  const imported = await cli('volume', 'import', 'copy', '--file', file, ...attached);
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  await hasDisk('vdc');
  const read = (disk: string) =>
    guest.run(`dd if=/dev/${disk} bs=8 skip=20000 count=1 2>/dev/null`);
  expect(await read('vdc')).toBe('numbers');
  expect(await read('vdb')).toBe('changed');
  expect(await call('volume.list', { name: 'copy' })).toMatchObject({
    value: { items: [{ size_gb: 1, status: 'attached', attached_to: vm.id }] },
  });
  expect(await call('drift.report', {})).toMatchObject({ value: { items: [] } });
  expect(namesIn(storage('imports'))).toEqual([]);
});

test('who may import volumes may send images for them', async () => {
  const call = clientOf(server.url, dataDir());
  const statuses = [];
  for (const operations of [['volume.import'], ['volume.create']]) {
    const [name = ''] = operations.map((each) => each.replace('.', '-'));
    await call('role.create', { name, operations } as never);
    const made = await call('api_key.create', { name, role: name } as never);
    const { secret } = made.ok ? Object(made.value) : { secret: '' };
    const answer = await fetch(`${server.url}/images/${'0'.repeat(64)}.qcow2`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${secret}`, 'content-range': 'bytes */4' },
    });
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([200, 403]);
});

test('an image that cannot be imported is refused in words, and leaves nothing', async () => {
  const call = clientOf(server.url, dataDir());
  const overlay = join(dataDir(), 'overlay.qcow2');
  const backing = ['-F', 'raw', '-b', '/etc/hostname'];
  execFileSync(findQemu().image, ['create', '-q', '-f', 'qcow2', ...backing, overlay, '1G']);
  expect(await cli('volume', 'import', 'data', '--file', overlay)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^error: --file: \S+overlay[.]qcow2 has a backing file: make one /,
    ),
  });
  // Its header is in order, and its tables are not.
  const damaged = join(dataDir(), 'damaged.qcow2');
  execFileSync(findQemu().image, ['create', '-q', '-f', 'qcow2', damaged, '1G']);
  const content = Buffer.concat([readFileSync(damaged), Buffer.alloc(8)]);
  content.writeBigUInt64BE(0x8000_0000_0005_0200n, Number(content.readBigUInt64BE(40)));
  writeFileSync(damaged, content);
  expect(await cli('volume', 'import', 'data', '--file', damaged)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be read: check it where it was made'),
  });
  expect(await call('volume.list', {})).toMatchObject({ value: { items: [] } });
  await waitUntil('nothing is left', () =>
    namesIn(storage('imports')).length === 0 && namesIn(storage('volumes')).length === 0
      ? true
      : undefined,
  );
  const good = join(dataDir(), 'good.raw');
  writeFileSync(good, Buffer.alloc(1_048_576, 'good'));
  expect(await cli('volume', 'import', 'data', '--file', good)).toMatchObject({ code: 0 });
  expect(namesIn(storage('volumes'))).toHaveLength(1);
});
