import { execFileSync } from 'node:child_process';
import { existsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MachineVolume } from '@novacron/contract/agent/machine';
import type { SnapshotId, VmId } from '@novacron/contract/ids';
import { systemTimers } from '@novacron/runtime/timers';
import { findExt4Tools } from '../../../../../test/support/services/find-ext4-tools.ts';
import { findQemu } from '../../../../../test/support/services/find-qemu.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import { createSampleIds } from '../../test-kit/samples.ts';
import type { Driver, SnapshotOrder } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { snapshotNode } from './actions/copy-in-use.ts';
import { BYTES_PER_GB } from './files/qemu-img.ts';
import { connectGuestAgent } from './guest/guest-agent.ts';
import { blockNode, volumeNode } from './machine/build-command-line.ts';
import { openQmpClient, type QmpClient } from './qmp/open-qmp-client.ts';
import { type GuestConsole, guestConsole } from './test-kit/guest-console.ts';
import { smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const BYTES_PER_S_MIN = 1;
/** The ports of a machine, without that of its network interface. */
const VOLUMES_MAX = 19;

const scene = useQemuSite();
const { site, ids, order } = scene;
let driver: Driver;
let operator: QmpClient;
let vmId: VmId;
let volume: MachineVolume;
let taken: SnapshotOrder;

beforeEach(async () => {
  vmId = scene.vmId();
  volume = { volume_id: ids('vol'), size_gb: 1 };
  const { signal } = new AbortController();
  taken = { snapshot_id: ids('snap') as SnapshotId, signal };
  driver = await site.open('node-01');
  await good(driver.create(order(1), smallSpec()));
  await good(driver.start(order(2)));
  await good(driver.attach(order(3), volume));
  const path = join(site.runDir('node-01'), vmId, 'qmp-operator.sock');
  operator = await openQmpClient({ path, timers: systemTimers });
});
afterEach(() => operator.close());

/** Leaves the state of an agent that was killed while QEMU copies a slow disk. */
async function leaveCopyUnderWay(): Promise<void> {
  const node = snapshotNode(taken.snapshot_id);
  const file = join(site.storageDir, 'volumes', 'left.qcow2');
  writeFileSync(file, '');
  truncateSync(file, volume.size_gb * BYTES_PER_GB);
  const raw = { ...blockNode({ node, file, cache: 'writeback' }), driver: 'raw' };
  await operator.execute('blockdev-add', raw);
  await operator.execute('blockdev-backup', {
    'job-id': node,
    device: volumeNode(volume.volume_id),
    target: node,
    sync: 'full',
    speed: BYTES_PER_S_MIN,
    'auto-dismiss': false,
  });
}

async function namesInQemu(): Promise<readonly unknown[]> {
  const nodes = (await operator.execute('query-named-block-nodes', { flat: true })) as object[];
  const jobs = (await operator.execute('query-jobs')) as object[];
  return [
    ...nodes.map((node) => Object(node)['node-name']),
    ...jobs.map((job) => Object(job).id),
  ].filter((name) => name === snapshotNode(taken.snapshot_id));
}

test('a snapshot is taken again where its agent was killed during the copy', async () => {
  await leaveCopyUnderWay();
  expect(await namesInQemu()).toHaveLength(2);
  const snapshot = await good(driver.takeSnapshot(taken, volume));
  expect(snapshot).toMatchObject({ snapshot_id: taken.snapshot_id });
  expect(await namesInQemu()).toEqual([]);
});

test('a snapshot that is given up ends the copy that a killed agent has left', async () => {
  await leaveCopyUnderWay();
  await good(driver.deleteSnapshot(taken));
  expect(await namesInQemu()).toEqual([]);
});

test('a machine that is switched off gets no volume for which it has no port', async () => {
  await good(driver.stop(order(4), 'forced'));
  const ids = createSampleIds();
  ids('vm');
  ids('vol');
  for (let count = 2; count <= VOLUMES_MAX; count += 1) {
    await good(driver.attach(order(4), { volume_id: ids('vol'), size_gb: 1 }));
  }
  const another = { volume_id: ids('vol'), size_gb: 1 };
  expect(await bad(driver.attach(order(5), another))).toMatchObject({
    message: expect.stringContaining('has 19 volumes, and no port for another one'),
    next: 'final',
  });
  const file = join(site.storageDir, 'volumes', `${another.volume_id}.qcow2`);
  expect(existsSync(file)).toBe(false);
});

describe('the file systems of a guest', () => {
  let guest: GuestConsole;
  let disk: MachineVolume;

  beforeEach(async () => {
    guest = guestConsole(site.runDir('node-01'), vmId);
    disk = { volume_id: otherVolume(), size_gb: 1 };
    makeFileSystem(volumeFile(disk));
    await good(driver.attach(order(4), disk));
    await guest.awaitBoots(1);
    await guest.run('mkdir /disk; for d in /dev/vd?; do mount -t ext4 $d /disk 2>/dev/null; done');
    expect(await guest.run('cat /proc/mounts')).toContain(' /disk ext4 ');
    await guest.run('guest-agent');
    await waitUntil('the guest agent to answer', async () => {
      const answer = await driver.checkGuest?.(vmId, { agent: 'yes' });
      return answer?.ok && answer.value.kind === 'ready' ? true : undefined;
    });
  });

  const volumeFile = ({ volume_id }: MachineVolume) =>
    join(site.storageDir, 'volumes', `${volume_id}.qcow2`);
  const frozenFile = () => join(site.runDir('node-01'), vmId, 'frozen.json');

  test('are in a snapshot with what the guest has not written to its disk yet', async () => {
    await guest.run('echo acknowledged >/disk/note');
    await good(driver.takeSnapshot(taken, disk));
    const copy = join(site.storageDir, 'snapshots', 'node-01', `${taken.snapshot_id}.qcow2`);
    expect(readFromDisk(copy, '/note')).toBe('acknowledged');
    expect(await guest.run('echo later >/disk/later && sync && cat /disk/later')).toBe('later');
    expect(existsSync(frozenFile())).toBe(false);
  });

  test('are thawed by the next agent where one was killed meanwhile', async () => {
    await driver.close();
    writeFileSync(frozenFile(), '{}');
    const agent = await connectGuestAgent(join(frozenFile(), '..', 'guest-agent.sock'), 42);
    expect(await agent.execute('guest-fsfreeze-freeze')).toBe(1);
    agent.close();
    driver = await site.open('node-01');
    await waitUntil('the guest to be thawed', async () =>
      existsSync(frozenFile()) ? undefined : true,
    );
    expect(await guest.run('echo later >/disk/later && sync && cat /disk/later')).toBe('later');
  });
});

/** The volume of the other tests is the first. */
function otherVolume(): MachineVolume['volume_id'] {
  const ids = createSampleIds();
  ids('vm');
  ids('vol');
  return ids('vol');
}

const FILE_SYSTEM = '64M';

/** A volume with an empty ext4 file system. */
function makeFileSystem(file: string): void {
  const raw = `${file}.raw`;
  execFileSync(findExt4Tools().make, ['-q', '-t', 'ext4', raw, FILE_SYSTEM]);
  truncateSync(raw, BYTES_PER_GB);
  execFileSync(findQemu().image, ['convert', '-f', 'raw', '-O', 'qcow2', raw, file]);
}

/** A file of the file system on a disk. */
function readFromDisk(disk: string, path: string): string {
  const raw = `${disk}.raw`;
  execFileSync(findQemu().image, ['convert', '-f', 'qcow2', '-O', 'raw', disk, raw]);
  const options = { encoding: 'utf8', stdio: 'pipe' } as const;
  return execFileSync(findExt4Tools().read, ['-R', `cat ${path}`, raw], options).trim();
}
