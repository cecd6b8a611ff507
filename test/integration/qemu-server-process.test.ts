/** A server whose hypervisor is QEMU on this host, as people start it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { guestConsole } from '../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import {
  addGuestTemplate,
  listQemuOf,
} from '../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { clientOf } from './test-kit/live-client.ts';
import {
  runNovacron,
  type ServerProcess,
  startServerProcess,
} from './test-kit/start-server-process.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(120_000);

let dataDir: string;
let server: ServerProcess | undefined;

beforeEach(() => {
  // On a disk, which has more than the host reserves for itself; and short, as sockets need it.
  dataDir = mkdtempSync(join(process.env.NOVACRON_DISK_DIR ?? tmpdir(), 'ns-'));
});
afterEach(async () => {
  await server?.kill();
  server = undefined;
  for (const pid of listQemuOf(dataDir)) process.kill(pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

const machinesDir = (): string => join(dataDir, 'qemu', 'machines');

async function start(): Promise<ServerProcess> {
  const flags = ['--hypervisor', 'qemu', '--qemu-accel', 'tcg'];
  const marks = ['--label', 'disk=ssd', '--taint', 'old:avoid'];
  server = await startServerProcess(dataDir, [...flags, ...marks]);
  return server;
}

test('a server runs VMs on its host, which outlive it and are found again', async () => {
  addGuestTemplate(join(dataDir, 'qemu', 'storage'));
  const first = await start();
  expect(first.stdout()).toMatch(
    /^Hypervisor: QEMU \d+[.]\d+\S* on this host, emulation in software \(it was asked for\)$/m,
  );
  const { url } = first;
  const before = clientOf(url, dataDir);
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

  const after = clientOf((await start()).url, dataDir);
  expect(await after('vm.get', { id })).toMatchObject({ value: { status: 'running' } });
  expect(listQemuOf(join(machinesDir(), id))).toEqual(processes);
  const deleted = await after('vm.delete', { id });
  if (!deleted.ok) throw new Error(deleted.error.detail);
  expect(await after('operation.wait', { id: deleted.value.operation.id })).toMatchObject({
    value: { status: 'succeeded' },
  });
  expect(listQemuOf(machinesDir())).toEqual([]);
  await server?.stop();

  const simulated = await runNovacron(['server', '--data-dir', dataDir]);
  expect(simulated.stderr).toMatch(
    /^Error: The VMs of the data directory \S+ run on the hypervisor qemu[.]$/m,
  );
});
