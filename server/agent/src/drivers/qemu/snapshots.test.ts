import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { MachineVolume } from '@novacron/contract/agent/agent';
import type { SnapshotId, VmId } from '@novacron/contract/ids';
import { systemTimers } from '@novacron/runtime/timers';
import { createSampleIds } from '../../test-kit/samples.ts';
import type { Driver, MachineOrder, SnapshotOrder } from '../driver.ts';
import { good } from '../driver-bench.ts';
import { snapshotNode } from './actions/copy-in-use.ts';
import { BYTES_PER_GB } from './files/qemu-img.ts';
import { blockNode, volumeNode } from './machine/build-command-line.ts';
import { openQmpClient, type QmpClient } from './qmp/open-qmp-client.ts';
import { makeQemuSite, type QemuSite, smallSpec } from './test-kit/qemu-bench.ts';

jest.setTimeout(90_000);

const BYTES_PER_S_MIN = 1;

let site: QemuSite;
let driver: Driver;
let operator: QmpClient;
let vmId: VmId;
let volume: MachineVolume;
let taken: SnapshotOrder;

beforeEach(async () => {
  site = makeQemuSite();
  const ids = createSampleIds();
  vmId = ids('vm');
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
afterEach(async () => {
  operator.close();
  await driver.close();
  site.remove();
});

function order(generation: number): MachineOrder {
  return { vm_id: vmId, generation, signal: new AbortController().signal };
}

/** What an agent leaves that is killed while QEMU copies; the copy of a slow disk. */
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
