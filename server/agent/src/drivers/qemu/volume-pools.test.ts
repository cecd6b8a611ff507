import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { SnapshotId, VmId } from '@novacron/contract/ids';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver, MachineOrder } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { idleSpec } from './test-kit/qemu-bench.ts';
import { type SiteOfTest, useQemuSite } from './test-kit/use-qemu-site.ts';

const { site, ids } = useQemuSite();
const { site: other } = useQemuSite();

function open(at: SiteOfTest, node: string, storage?: 'shared'): Promise<Driver> {
  return at.open(node, storage === undefined ? {} : { storage });
}

function order(vm_id: VmId, generation = 1): MachineOrder {
  return { vm_id, generation, signal: new AbortController().signal };
}

function filesOf({ storageDir }: SiteOfTest): readonly string[] {
  const directory = join(storageDir, 'volumes');
  return existsSync(directory) ? readdirSync(directory) : [];
}

describe('the storage of a node', () => {
  test('is known by the id in its file, the same for the nodes that share it', async () => {
    const first = await open(site, 'node-01', 'shared');
    const second = await open(site, 'node-02', 'shared');
    const apart = await open(other, 'node-03');
    const { id } = JSON.parse(readFileSync(join(site.storageDir, 'pool.json'), 'utf8'));
    expect(first.storage?.()).toEqual({
      pool: id,
      sharing: 'shared',
      size_gb: expect.any(Number),
      free_gb: expect.any(Number),
    });
    expect(second.storage?.()?.pool).toBe(id);
    expect(apart.storage?.()).toMatchObject({ sharing: 'local' });
    expect(apart.storage?.()?.pool).not.toBe(id);
  });

  test('is known while it is not mounted, without a size', async () => {
    const driver = await open(site, 'node-01');
    const pool = driver.storage?.()?.pool;
    rmSync(join(site.storageDir, 'pool.json'));
    await good(driver.measure());
    await waitUntil('the look at the storage', () =>
      driver.storage?.()?.size_gb === undefined ? true : undefined,
    );
    expect(driver.storage?.()).toEqual({ pool, sharing: 'local' });
  });
});

describe('a volume with content', () => {
  async function makeMachine(at: SiteOfTest, node: string) {
    const driver = await open(at, node);
    const vmId = ids('vm');
    await good(driver.create(order(vmId), idleSpec()));
    return { driver, vmId, pool: String(driver.storage?.()?.pool) };
  }

  test('is never replaced by an empty disk on a node with another storage', async () => {
    const here = await makeMachine(site, 'node-01');
    const there = await makeMachine(other, 'node-02');
    const fresh = { volume_id: ids('vol'), size_gb: 1 };
    await good(here.driver.attach(order(here.vmId, 2), fresh));
    await good(here.driver.detach(order(here.vmId, 3), fresh.volume_id));
    const used = { ...fresh, pool: here.pool };
    expect(await bad(there.driver.attach(order(there.vmId, 2), used))).toEqual({
      message:
        `The content of ${fresh.volume_id} is in the storage ${here.pool}, and this node uses ` +
        `${there.pool}: only nodes that use the same storage reach it.`,
      next: 'final',
    });
    const taken = { snapshot_id: ids('snap') as SnapshotId, generation: 1 };
    const snapshot = { ...taken, signal: new AbortController().signal };
    expect(await bad(there.driver.takeSnapshot(snapshot, used))).toMatchObject({ next: 'final' });
    expect(filesOf(other)).toEqual([]);
    const back = await good(here.driver.attach(order(here.vmId, 4), used));
    expect(back.volumes).toEqual([fresh]);
  });

  test('is removed for good, and only where no machine has it', async () => {
    const first = await makeMachine(site, 'node-01');
    const second = await makeMachine(site, 'node-02');
    const apart = await makeMachine(other, 'node-03');
    const { driver, vmId, pool } = first;
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    const removal = { volume_id: volume.volume_id, signal: new AbortController().signal };
    await good(driver.start(order(vmId, 2)));
    await good(driver.attach(order(vmId, 3), volume));
    expect(await bad(driver.deleteVolume(removal, pool))).toEqual({
      message: `The volume ${volume.volume_id} belongs to ${vmId}: detach it first.`,
      next: 'final',
    });
    // The other node does not know the machine; the lock of its QEMU says that the file is used.
    expect(await bad(second.driver.deleteVolume(removal, pool))).toMatchObject({
      message: expect.stringContaining('in use by a machine here or on another node'),
      next: 'retry',
    });
    expect(await bad(apart.driver.deleteVolume(removal, pool))).toMatchObject({
      message: expect.stringContaining('only nodes that use the same storage reach it'),
      next: 'final',
    });
    expect(filesOf(site)).toEqual([`${volume.volume_id}.qcow2`]);
    await good(driver.stop(order(vmId, 4), 'forced'));
    await good(driver.detach(order(vmId, 5), volume.volume_id));
    // What is damaged goes as well.
    writeFileSync(join(site.storageDir, 'volumes', `${volume.volume_id}.qcow2`), 'no disk');
    for (const each of [second.driver, driver]) await good(each.deleteVolume(removal, pool));
    expect(filesOf(site)).toEqual([]);
  });

  test('is not replaced by an empty disk where its file has gone', async () => {
    const { driver, vmId, pool } = await makeMachine(site, 'node-01');
    const fresh = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.attach(order(vmId, 2), fresh));
    await good(driver.detach(order(vmId, 3), fresh.volume_id));
    const file = join(site.storageDir, 'volumes', `${fresh.volume_id}.qcow2`);
    rmSync(file);
    expect(await bad(driver.attach(order(vmId, 4), { ...fresh, pool }))).toEqual({
      message:
        `The file of ${fresh.volume_id} is not in the storage: bring ${file} back, or delete ` +
        'the volume and create it again. No empty disk is made in its place.',
      next: 'final',
    });
    expect(filesOf(site)).toEqual([]);
  });
});

describe('a disk for which the storage has no room', () => {
  /** More than any machine of tests has free. Unit: GB. */
  const HUGE_GB = 65_536;
  const capacity = { cpu_cores: 4, memory_mib: 1_024, disk_gb: 2 * HUGE_GB };

  /** The refusal names the storage and both amounts. */
  function refusal(what: string, neededGb: number, driver: Driver) {
    const pool = driver.storage?.()?.pool;
    const free = `the storage ${pool} \\(.*\\) has \\d+ GB`;
    const words = `^${what} needs ${neededGb} GB more, and ${free}`;
    return { message: expect.stringMatching(words), next: 'final' };
  }

  test('is refused when its VM or volume is created, and leaves no file', async () => {
    const driver = await site.open('node-01', { capacity });
    const large = ids('vm');
    const root = await bad(driver.create(order(large), idleSpec({ disk_gb: HUGE_GB })));
    expect(root).toEqual(refusal(`The root disk of ${large}`, HUGE_GB, driver));
    expect(existsSync(join(site.storageDir, 'disks', large))).toBe(false);
    const vmId = ids('vm');
    await good(driver.create(order(vmId), idleSpec()));
    const volume = { volume_id: ids('vol'), size_gb: HUGE_GB };
    const attached = await bad(driver.attach(order(vmId, 2), volume));
    expect(attached).toEqual(refusal(`The volume ${volume.volume_id}`, HUGE_GB, driver));
    expect(filesOf(site)).toEqual([]);
    expect(await good(driver.inspect())).toMatchObject([{ vm_id: vmId, volumes: [] }]);
  });

  test('is refused when it grows, switched off and running, and stays as it is', async () => {
    const driver = await site.open('node-01', { capacity });
    const vmId = ids('vm');
    await good(driver.create(order(vmId), idleSpec()));
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.attach(order(vmId, 2), volume));
    const grow = async (generation: number): Promise<void> => {
      const spec = idleSpec({ disk_gb: HUGE_GB, name: 'renamed' });
      const root = driver.configure(order(vmId, generation), { spec, restart: 'forbidden' });
      const more = HUGE_GB - 1;
      expect(await bad(root)).toEqual(refusal(`The root disk of ${vmId}`, more, driver));
      const larger = { ...volume, size_gb: HUGE_GB };
      const grown = await bad(driver.attach(order(vmId, generation), larger));
      expect(grown).toEqual(refusal(`The volume ${volume.volume_id}`, more, driver));
      const before = { spec: { ...idleSpec(), disk_gb: 1 }, volumes: [volume] };
      expect(await good(driver.inspect())).toMatchObject([before]);
    };
    await grow(3);
    await good(driver.start(order(vmId, 4)));
    await grow(5);
    // What fits still grows.
    const larger = { ...volume, size_gb: 2 };
    expect(await good(driver.attach(order(vmId, 6), larger))).toMatchObject({ volumes: [larger] });
  });
});
