/** A VM whose QEMU is killed while a volume is plugged in: its server ends what was begun. */
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { guestConsole } from '../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import { killAtCommand } from '../../server/agent/src/drivers/qemu/test-kit/kill-at-command.ts';
import {
  addGuestTemplates,
  listQemuOf,
} from '../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { waitUntil } from '../support/src/wait-until.ts';
import { clientOf } from './test-kit/live-client.ts';
import { useQemuServer } from './test-kit/use-qemu-server.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(300_000);

const { dataDir, start } = useQemuServer();

test('the operation and its volume agree, and the VM runs again with what it says', async () => {
  addGuestTemplates(join(dataDir(), 'qemu', 'storage'));
  const first = await start();
  const before = clientOf(first.url, dataDir());
  const size = { cpu_cores: 1, memory_gb: 0.125, disk_gb: 1 };
  const made = await before('vm.create', { name: 'web', ...size });
  if (!made.ok) throw new Error(made.error.detail);
  const { id } = made.value.resource;
  await before('operation.wait', { id: made.value.operation.id });
  await first.stop();

  const directory = join(dataDir(), 'qemu', 'machines', id);
  const killed: number[] = [];
  const endRelay = await killAtCommand({
    path: join(directory, 'qmp.sock'),
    command: 'device_add',
    when: 'before',
    kill: () => {
      killed.push(...listQemuOf(directory));
      for (const pid of killed) process.kill(pid, 'SIGKILL');
    },
  });
  const call = clientOf((await start()).url, dataDir());
  const volume = await call('volume.create', { name: 'data', size_gb: 1, attached_to: id });
  if (!volume.ok) throw new Error(volume.error.detail);
  const ended = await waitUntil('the operation to end', async () => {
    const wait = await call('operation.wait', { id: volume.value.operation.id });
    return wait.ok && wait.value.ended_at !== null ? wait.value : undefined;
  });
  await endRelay();
  expect(killed).toHaveLength(1);
  expect(ended).toMatchObject({ status: 'succeeded' });
  expect(await call('volume.get', { id: volume.value.resource.id })).toMatchObject({
    value: { status: 'attached', attached_to: id },
  });

  const guest = guestConsole(join(dataDir(), 'qemu', 'machines'), id);
  await waitUntil('the VM to run again', async () => {
    const found = await call('vm.get', { id });
    return found.ok && found.value.status === 'running' && listQemuOf(directory).length === 1
      ? true
      : undefined;
  });
  expect(listQemuOf(directory)).not.toEqual(killed);
  await waitUntil('the disk', async () =>
    (await guest.run('ls /sys/block').catch(() => '')).includes('vdb') ? true : undefined,
  );
  const started = await call('operation.list', { kind: ['vm.start'], principal: ['platform'] });
  expect(started).toMatchObject({ value: { items: [{ target_id: id, status: 'succeeded' }] } });
  expect(await call('drift.report', {})).toMatchObject({ value: { items: [] } });
});
