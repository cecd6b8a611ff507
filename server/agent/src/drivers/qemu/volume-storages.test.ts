/** Nodes whose storage classes have directories of their own. */
import { cpSync, existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { MachineVolume } from '@novacron/contract/agent/machine';
import type { SnapshotId, VmId } from '@novacron/contract/ids';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { guestConsole } from './test-kit/guest-console.ts';
import { idleSpec, smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const scene = useQemuSite();
const { site, ids, order } = scene;
let vmId: VmId;

beforeEach(() => {
  vmId = scene.vmId();
});

type Sharing = 'local' | 'shared';

/** A node whose volumes of the class `hdd` have a directory. */
function open(
  node: string,
  { hdd = 'hdd', storageDir = site.storageDir, sharing = 'local' as Sharing } = {},
): Promise<Driver> {
  const directory = join(site.directory, hdd);
  const volumeStorage = new Map([['hdd', { directory, sharing }]]);
  return site.open(node, { storageDir, volumeStorage });
}

/** A storage directory of another node, with the same templates. */
function apart(): string {
  const storageDir = join(site.directory, 'apart');
  const templates = join(site.storageDir, 'templates');
  cpSync(templates, join(storageDir, 'templates'), { recursive: true, verbatimSymlinks: true });
  return storageDir;
}

function volume(more: Partial<MachineVolume> = {}): MachineVolume {
  return { volume_id: ids('vol'), size_gb: 1, storage_class: 'hdd', ...more };
}

function filesIn(directory: string): readonly string[] {
  const volumes = join(site.directory, directory, 'volumes');
  return existsSync(volumes) ? readdirSync(volumes) : [];
}

const nameOf = ({ volume_id }: MachineVolume) => `${volume_id}.qcow2`;

const poolOf = (driver: Driver): string => driver.storage?.()?.classes?.hdd?.pool ?? missing();

function missing(): never {
  throw new Error('the driver says nothing of it');
}

describe('a storage class with a directory', () => {
  test('has an id, a size and the volumes of its class, and no others', async () => {
    const driver = await open('node-01', { sharing: 'shared' });
    await good(driver.create(order(1), smallSpec()));
    const own = volume();
    const other = volume({ storage_class: 'ssd' });
    await good(driver.attach(order(2), own));
    await good(driver.attach(order(3), other));
    expect(filesIn('hdd')).toEqual([nameOf(own)]);
    expect(filesIn('storage')).toEqual([nameOf(other)]);
    expect(driver.storage?.()).toMatchObject({
      sharing: 'local',
      classes: { hdd: { sharing: 'shared', size_gb: expect.any(Number) } },
    });
    expect(poolOf(driver)).not.toBe(driver.storage?.()?.pool);
    await good(driver.start(order(4)));
    const guest = guestConsole(site.runDir('node-01'), vmId);
    await guest.awaitBoots(1);
    expect(await guest.run('ls /sys/block')).toMatch(/vdb\s+vdc/);
  });

  test('leaves what is in the storage directory already where it is', async () => {
    const before = await site.open('node-01');
    await good(before.create(order(1), idleSpec()));
    const old = volume();
    await good(before.attach(order(2), old));
    const pool = before.storage?.()?.pool ?? missing();
    await before.close();
    const driver = await open('node-01');
    await good(driver.detach(order(3), old.volume_id));
    await good(driver.attach(order(4), { ...old, pool }));
    expect(filesIn('storage')).toEqual([nameOf(old)]);
    await good(driver.start(order(5)));
    const grown = { ...old, pool, size_gb: 2 };
    expect(await good(driver.attach(order(6), grown))).toMatchObject({
      volumes: [{ volume_id: old.volume_id, size_gb: 2 }],
    });
    expect(filesIn('hdd')).toEqual([]);
  });

  test('keeps snapshots apart, which fill new volumes of the class', async () => {
    const driver = await open('node-01');
    await good(driver.create(order(1), idleSpec()));
    const first = volume();
    await good(driver.attach(order(2), first));
    const snapshot_id = ids('snap') as SnapshotId;
    const taken = { snapshot_id, generation: 1, signal: new AbortController().signal };
    await good(driver.takeSnapshot(taken, { ...first, pool: poolOf(driver) }));
    const copy = volume();
    await good(driver.restoreSnapshot(taken, copy.volume_id, { storage_class: 'hdd' }));
    expect([...filesIn('hdd')].sort()).toEqual([nameOf(first), nameOf(copy)].sort());
    const removal = { volume_id: copy.volume_id, signal: new AbortController().signal };
    await good(driver.deleteVolume(removal, poolOf(driver)));
    expect(filesIn('hdd')).toEqual([nameOf(first)]);
  });

  test('that is away holds up only what needs it', async () => {
    const driver = await open('node-01');
    await good(driver.create(order(1), idleSpec()));
    const used = volume();
    await good(driver.attach(order(2), used));
    const pool = poolOf(driver);
    const [here, gone] = [join(site.directory, 'hdd'), join(site.directory, 'gone')];
    renameSync(here, gone);
    const lost = { message: expect.stringContaining('mount the storage there'), next: 'retry' };
    expect(await bad(driver.start(order(3)))).toEqual(lost);
    const bare = { ...order(1), vm_id: ids('vm') };
    await good(driver.create(bare, idleSpec()));
    await good(driver.start({ ...bare, generation: 2 }));
    const fresh = { ...bare, generation: 3 };
    expect(await bad(driver.attach(fresh, volume()))).toEqual(lost);
    expect(await bad(driver.attach(fresh, volume({ pool })))).toEqual(lost);
    await good(driver.attach(fresh, volume({ storage_class: 'ssd' })));
    expect(driver.storage?.()?.classes?.hdd).toEqual({ pool, sharing: 'local' });
    expect(await driver.storagesAway?.()).toEqual([{ pool, message: lost.message }]);
    renameSync(gone, here);
    expect(await driver.storagesAway?.()).toEqual([]);
    expect(await good(driver.start(order(3)))).toMatchObject({ status: 'running' });
  });
});

describe('a migration', () => {
  async function migrate(source: Driver, there: Driver, volumes: readonly MachineVolume[]) {
    const offer = await good(source.offerMachine?.(vmId) ?? missing());
    const isOff = offer.power === 'off';
    const arrives = { power: 'off', stop_reason: 'command' } as const;
    const incoming = { spec: smallSpec(), volumes, offer, ...(isOff ? { arrives } : {}) };
    await good(there.prepareIncoming(order(5), incoming));
    const target = await good(there.findTarget?.(vmId) ?? missing());
    const power = isOff ? ({ power: 'off' } as const) : {};
    const move = {
      toNode: 'node-02',
      size: smallSpec(),
      release: 'yes',
      target,
      ...power,
    } as const;
    await good(source.migrate(order(5), move));
    await good(there.activate(order(5), 'released'));
    await good(source.forget(order(5)));
    return target.disks;
  }

  async function writeOnce(source: Driver): Promise<MachineVolume> {
    await good(source.create(order(1), smallSpec()));
    await good(source.start(order(2)));
    const guest = guestConsole(site.runDir('node-01'), vmId);
    await guest.awaitBoots(1);
    const used = volume();
    await good(source.attach(order(3), used));
    await waitUntil('the disk', async () =>
      (await guest.run('ls /sys/block')).includes('vdb') ? true : undefined,
    );
    await guest.run('echo kept | dd of=/dev/vdb conv=fsync 2>/dev/null');
    return used;
  }

  const READ = 'dd if=/dev/vdb bs=4 count=1 2>/dev/null';

  test('copies a root disk of its own node, and no volume that both nodes reach', async () => {
    const source = await open('node-01', { sharing: 'shared' });
    const there = await open('node-02', { sharing: 'shared', storageDir: apart() });
    const used = await writeOnce(source);
    expect(await migrate(source, there, [used])).toEqual(['root']);
    expect(await guestConsole(site.runDir('node-02'), vmId).run(READ)).toBe('kept');
    expect(filesIn('hdd')).toEqual([nameOf(used)]);
  });

  test('copies a volume of its own node, and no root disk that both nodes reach', async () => {
    const source = await open('node-01');
    const there = await open('node-02', { hdd: 'hdd-2' });
    const used = await writeOnce(source);
    expect(await migrate(source, there, [used])).toEqual([used.volume_id]);
    expect(await guestConsole(site.runDir('node-02'), vmId).run(READ)).toBe('kept');
    expect(filesIn('hdd')).toEqual([]);
    expect(filesIn('hdd-2')).toEqual([nameOf(used)]);
  });

  test('of a VM that is switched off copies the same', async () => {
    const source = await open('node-01');
    const there = await open('node-02', { hdd: 'hdd-2', storageDir: apart() });
    const used = await writeOnce(source);
    await good(source.stop(order(4), 'forced'));
    expect([...(await migrate(source, there, [used]))]).toEqual(['root', used.volume_id]);
    expect([...filesIn('hdd'), ...filesIn('hdd-2')]).toEqual([nameOf(used)]);
    await good(there.start(order(6)));
    const guest = guestConsole(site.runDir('node-02'), vmId);
    await guest.awaitBoots(1);
    expect(await guest.run(READ)).toBe('kept');
  });
});
