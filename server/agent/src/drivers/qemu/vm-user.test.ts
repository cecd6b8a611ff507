/** QEMU as a user without privileges, under an agent that is root; suites like this run as root. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { findQemu } from '../../../../../test/support/services/find-qemu.ts';
import type { Driver } from '../driver.ts';
import { good } from '../driver-bench.ts';
import { findVmUser, type VmUser } from './files/vm-user.ts';
import type { QemuOptions } from './open-qemu-driver.ts';
import { type GuestConsole, guestConsole } from './test-kit/guest-console.ts';
import { guestTpm } from './test-kit/guest-tpm.ts';
import { addGuestTemplates, idleSpec, listQemuOf, smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const PASSABLE = 0o711;

const scene = useQemuSite();
const { site, ids, order } = scene;
let vmId: VmId;
let vmUser: VmUser;
let guest: GuestConsole;

beforeEach(() => {
  const found = findVmUser('daemon');
  if (!found.ok || found.value === undefined) throw new Error('this test runs as root');
  vmUser = found.value;
  // Directories of tests are private; an operator's are /var/lib and such.
  for (const each of [site.directory, dirname(site.directory)]) chmodSync(each, PASSABLE);
  vmId = scene.vmId();
  guest = guestConsole(site.runDir('node-01'), vmId);
});

const open = (node: string, options: Partial<QemuOptions> = {}): Promise<Driver> =>
  site.open(node, { vmUser, ...options });

async function start(driver: Driver, spec = smallSpec()): Promise<void> {
  await good(driver.create(order(1), spec));
  await good(driver.start(order(2)));
  await guest.awaitBoots(1);
}

/**
 * Returns a field of the kernel's process status, such as its users: real, effective, saved, file
 * system.
 */
function statusOf(pid: number | undefined, field: string): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? '';
}

function expectUnprivileged(pids: readonly number[]): void {
  const { uid, gid } = vmUser;
  for (const pid of pids) {
    expect(statusOf(pid, 'Uid').split('\t')).toEqual(Array(4).fill(String(uid)));
    expect(statusOf(pid, 'Gid').split('\t')).toEqual(Array(4).fill(String(gid)));
    expect(statusOf(pid, 'Groups').split(' ')).toEqual([String(gid)]);
    expect(statusOf(pid, 'CapEff')).toMatch(/^0+$/);
    expect(statusOf(pid, 'NoNewPrivs')).toBe('1');
  }
}

describe('QEMU as a user of its own', () => {
  test('has no privileges, and its machine works: console, volumes, snapshots', async () => {
    const driver = await open('node-01');
    await start(driver);
    expect(listQemuOf(site.directory)).toHaveLength(1);
    expectUnprivileged(listQemuOf(site.directory));
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.attach(order(3), volume));
    expect(await guest.run('echo x > /dev/vdb && sync && echo written')).toBe('written');
    const snapshot_id = ids('snap');
    const { signal } = new AbortController();
    await good(driver.takeSnapshot({ snapshot_id, signal }, volume));
    const copy = join(site.storageDir, 'snapshots', 'node-01', `${snapshot_id}.qcow2`);
    expect(statSync(copy).uid).toBe(process.getuid?.());
    await good(driver.stop(order(4), 'forced'));
    await good(driver.start(order(5)));
    await guest.awaitBoots(2);
    expectUnprivileged(listQemuOf(site.directory));
  });

  test('owns what it opens, and no directory in which the agent writes', async () => {
    await start(await open('node-01'), idleSpec());
    const disks = join(site.storageDir, 'disks', vmId);
    const machine = join(site.runDir('node-01'), vmId);
    const ownerOf = (path: string) => statSync(path).uid;
    for (const path of [join(disks, 'root.qcow2'), join(disks, 'seed.img'), join(machine, 'vm')]) {
      expect([path, ownerOf(path)]).toEqual([path, vmUser.uid]);
    }
    const { uid, mode } = statSync(join(machine, 'vm', 'console.log'));
    expect([uid, mode & 0o077]).toEqual([vmUser.uid, 0]);
    const others = [disks, machine, join(machine, 'machine.json'), join(machine, 'qemu.log')];
    for (const path of others) {
      expect([path, ownerOf(path)]).toEqual([path, process.getuid?.()]);
      expect(statSync(path).mode & 0o022).toBe(0);
    }
  });

  test('is found by the next agent, also by one that starts machines as itself', async () => {
    const first = await open('node-01');
    await start(first, idleSpec());
    const before = listQemuOf(site.directory);
    await first.close();
    const second = await open('node-01', { vmUser: undefined });
    expect(await good(second.inspect())).toMatchObject([{ vm_id: vmId, status: 'running' }]);
    await good(second.stop(order(3), 'forced'));
    await good(second.start(order(4)));
    const [pid] = listQemuOf(site.directory);
    expect(before).not.toContain(pid);
    expect(statusOf(pid, 'Uid').split('\t')[0]).toBe(String(process.getuid?.()));
    expect(statSync(join(site.runDir('node-01'), vmId, 'console.log')).mode & 0o077).toBe(0);
    await second.close();
    const third = await open('node-01');
    await good(third.stop(order(5), 'forced'));
    await good(third.start(order(6)));
    expectUnprivileged(listQemuOf(site.directory));
  });

  test.each(['shared', 'apart'] as const)('migrates with disks that are %s', async (disks) => {
    const source = await open('node-01');
    await start(source);
    const storageDir = join(site.directory, 'other-storage');
    const there = await open('node-02', disks === 'apart' ? { storageDir } : {});
    const offer = await good(source.offerMachine?.(vmId) ?? missing());
    const spec = smallSpec();
    await good(there.prepareIncoming(order(3), { spec, volumes: [], offer }));
    const target = await good(there.findTarget?.(vmId) ?? missing());
    expectUnprivileged(listQemuOf(site.directory));
    const outgoing = { toNode: 'node-02', size: spec, release: 'yes', target } as const;
    await good(source.migrate(order(3), outgoing));
    expect(await good(there.activate(order(3), 'released'))).toMatchObject({ status: 'running' });
    const arrived = guestConsole(site.runDir('node-02'), vmId);
    expect(await arrived.run('echo still here')).toBe('still here');
  });

  test.each(['on', 'off'] as const)('takes a TPM along while it is %s', async (power) => {
    const spec = smallSpec({ tpm: 'yes' });
    const source = await open('node-01');
    await start(source, spec);
    await guestTpm(guest).store('keepsake');
    if (power === 'off') await good(source.stop(order(3), 'forced'));
    const storageDir = join(site.directory, 'other-storage');
    addGuestTemplates(storageDir);
    const there = await open('node-02', { storageDir });
    const offer = await good(source.offerMachine?.(vmId) ?? missing());
    const off = power === 'off' ? { arrives: { power, stop_reason: null } as const } : {};
    await good(there.prepareIncoming(order(4), { spec, volumes: [], offer, ...off }));
    const target = await good(there.findTarget?.(vmId) ?? missing());
    const outgoing = { toNode: 'node-02', size: spec, release: 'yes', target } as const;
    await good(source.migrate(order(4), power === 'off' ? { ...outgoing, power } : outgoing));
    await good(there.activate(order(4), 'released'));
    await good(source.forget(order(5)));
    await good(there.start(order(6)));
    const arrived = guestConsole(site.runDir('node-02'), vmId);
    if (power === 'off') await arrived.awaitBoots(1);
    expect(listQemuOf(site.directory)).toHaveLength(2);
    expectUnprivileged(listQemuOf(site.directory));
    expect(await guestTpm(arrived).readStored()).toBe('keepsake');
  });

  test('opens disks with qemu-img as well, and the agent does not', async () => {
    const image = join(site.directory, 'qemu-img');
    const script = `[ "$1" = create ] || [ "$(id -u)" = ${vmUser.uid} ] || exit 9`;
    const real = findQemu().image;
    writeFileSync(image, `#!/bin/sh\n${script}\nexec ${real} "$@"\n`, { mode: 0o755 });
    const driver = await open('node-01', { programs: { ...findQemu(), image } });
    const spec = idleSpec();
    await good(driver.create(order(1), spec));
    const larger = { ...spec, disk_gb: spec.disk_gb + 1 };
    await good(driver.configure(order(2), { spec: larger, restart: 'forbidden' }));
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    const { signal } = new AbortController();
    const snapshot = { snapshot_id: ids('snap'), signal };
    await good(driver.takeSnapshot(snapshot, volume));
    await good(driver.restoreSnapshot(snapshot, volume.volume_id));
    await good(driver.start(order(3)));
    await guest.awaitBoots(1);
  });

  test('is refused where the user cannot pass through to a directory', async () => {
    chmodSync(site.directory, 0o700);
    const refused = await open('node-01').catch((cause: Error) => cause.message);
    const runDir = site.runDir('node-01');
    expect(refused).toBe(`QEMU runs as daemon, who cannot pass through to ${runDir}.`);
  });
});

function missing(): never {
  throw new Error('the driver has no such method');
}
