/** QEMU is killed while something is plugged into its machine, or out of it. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { VolumeId } from '@novacron/contract/ids';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import { createSampleIds } from '../../../test-kit/samples.ts';
import type { Driver, DriverAnswer, MachineOrder } from '../../driver.ts';
import { bad, good } from '../../driver-bench.ts';
import { type Killing, killAtCommand } from '../test-kit/kill-at-command.ts';
import { idleSpec, listQemuOf } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';

const NODE = 'node-01';

const ends: (() => Promise<void>)[] = [];
const { site, order, open } = useQemuSite({
  end: () => Promise.all(ends.splice(0).map((end) => end())),
});

const ids = createSampleIds();
const data = { volume_id: ids('vol'), size_gb: 1 };
const disk = (volume_id: VolumeId, size_gb: number) => ({ volume_id, size_gb });
const network = {
  network_id: ids('net'),
  cidr: '10.0.0.0/24',
  ip_address: '10.0.0.7',
  mac_address: '52:54:00:00:00:07',
};
const before = { status: 'running', spec: idleSpec(), volumes: [data] };

type Change = (driver: Driver, order: MachineOrder) => DriverAnswer<unknown>;

const attach = (volume_id: VolumeId, size_gb: number): Change => {
  return (driver, given) => driver.attach(given, disk(volume_id, size_gb));
};
const detach: Change = (driver, given) => driver.detach(given, data.volume_id);
const configure = (overrides: Parameters<typeof idleSpec>[0]): Change => {
  const change = { spec: idleSpec(overrides), restart: 'allowed' } as const;
  return (driver, given) => driver.configure(given, change);
};

/** A machine with a volume, whose QEMU is killed at a command of the driver that is returned. */
async function killedAt(killing: Pick<Killing, 'command' | 'when'>): Promise<Driver> {
  const first = await open(NODE);
  await good(first.create(order(1), idleSpec()));
  await good(first.start(order(2)));
  await good(first.attach(order(2), data));
  await first.close();
  const kill = () => {
    for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
  };
  const path = join(site.runDir(NODE), order().vm_id, 'qmp.sock');
  ends.push(await killAtCommand({ path, kill, ...killing }));
  return open(NODE);
}

const more = ids('vol');

test.each<{
  readonly what: string;
  readonly command: string;
  readonly change: Change;
  readonly after: object;
  /** The guest of these tests does nothing of this, so the machine is changed switched off. */
  readonly isDoneBy?: 'guest';
}>([
  {
    what: 'a disk is plugged in',
    command: 'blockdev-add',
    change: attach(more, 1),
    after: { volumes: [data, disk(more, 1)] },
  },
  {
    what: 'a disk is plugged in',
    command: 'device_add',
    change: attach(more, 1),
    after: { volumes: [data, disk(more, 1)] },
  },
  {
    what: 'a disk grows',
    command: 'block_resize',
    change: attach(data.volume_id, 2),
    after: { volumes: [disk(data.volume_id, 2)] },
  },
  {
    what: 'a disk is unplugged',
    command: 'device_del',
    change: detach,
    after: { volumes: [] },
    isDoneBy: 'guest',
  },
  {
    what: 'a network interface is plugged in',
    command: 'netdev_add',
    change: configure({ network }),
    after: { spec: idleSpec({ network }) },
  },
  {
    what: 'a network interface is plugged in',
    command: 'device_add',
    change: configure({ network }),
    after: { spec: idleSpec({ network }) },
  },
  {
    what: 'the root disk grows',
    command: 'block_resize',
    change: configure({ disk_gb: 2 }),
    after: { spec: idleSpec({ disk_gb: 2 }) },
  },
  {
    what: 'the guest takes memory',
    command: 'qom-set',
    change: configure({ memory_mib: 256 }),
    after: { spec: idleSpec({ memory_mib: 256 }) },
    isDoneBy: 'guest',
  },
])('while $what ($command)', async ({ command, change, after, isDoneBy }) => {
  const driver = await killedAt({ command, when: 'before' });
  expect(await bad(change(driver, order(3)))).toEqual({
    message: `The process of ${order().vm_id} ended before this was done.`,
    next: 'retry',
  });
  await waitUntil('the end', () => (listQemuOf(site.directory).length === 0 ? true : undefined));
  const stopped = { ...before, status: 'stopped', stop_reason: 'crash', generation: 2 };
  expect(await good(driver.inspect())).toMatchObject([stopped]);
  // As after a crash, by its restart policy: it is what it was.
  await good(driver.start(order(2)));
  expect(await good(driver.inspect())).toMatchObject([{ ...before, stop_reason: null }]);
  // The repeated command finds nothing in its way.
  if (isDoneBy === 'guest') await good(driver.stop(order(3), 'forced'));
  await good(change(driver, order(3)));
  await good(driver.start(order(3)));
  expect(await good(driver.inspect())).toMatchObject([{ ...before, ...after, generation: 3 }]);
  expect(listQemuOf(site.directory)).toHaveLength(1);
});

test('a disk that was in QEMU when it was killed is attached by the next attempt', async () => {
  const driver = await killedAt({ command: 'device_add', when: 'after' });
  expect(await bad(attach(more, 1)(driver, order(3)))).toMatchObject({ next: 'retry' });
  await good(attach(more, 1)(driver, order(3)));
  const volumes = [data, disk(more, 1)];
  const attached = { status: 'stopped', stop_reason: 'crash', volumes, generation: 3 };
  expect(await good(driver.inspect())).toMatchObject([attached]);
  await good(driver.start(order(3)));
  expect(await good(driver.inspect())).toMatchObject([{ status: 'running', volumes }]);
});
