import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SnapshotId, VmId } from '@novacron/contract/ids';
import { systemTimers } from '@novacron/runtime/timers';
import { findQemu } from '../../../../../test/support/services/find-qemu.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver, DriverEvent } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { openQmpClient } from './qmp/open-qmp-client.ts';
import { type GuestConsole, guestConsole } from './test-kit/guest-console.ts';
import { idleSpec, listQemuOf, smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const scene = useQemuSite();
const { site, ids, order, open } = scene;
let driver: Driver;
let vmId: VmId;
let guest: GuestConsole;

beforeEach(async () => {
  vmId = scene.vmId();
  guest = guestConsole(site.runDir('node-01'), vmId);
  driver = await open('node-01');
});

async function bootGuest(spec = smallSpec()): Promise<void> {
  await good(driver.create(order(1), spec));
  await good(driver.start(order(2)));
  await guest.awaitBoots(1);
}

/** Waits until the machine is as described. */
function awaitMachine(state: Readonly<Record<string, unknown>>): Promise<true> {
  return waitUntil(`the machine to be ${JSON.stringify(state)}`, async () => {
    const [machine] = await good(driver.inspect());
    expect(machine).toMatchObject(state);
    return true as const;
  });
}

describe('what a guest does by itself', () => {
  test('a reboot is no stop, and a reset boots it again', async () => {
    await bootGuest(idleSpec());
    await guest.press('r');
    await guest.awaitBoots(2);
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running', stop_reason: null }]);
    await good(driver.reset(order(3)));
    await guest.awaitBoots(3);
  });

  test('a console begins with what was written before, and types into the guest', async () => {
    await bootGuest();
    let said = '';
    const onOutput = (bytes: Uint8Array): void => {
      said += Buffer.from(bytes).toString('utf8');
    };
    const { openConsole } = driver;
    if (openConsole === undefined) throw new Error('the driver has consoles');
    const open = () => good(openConsole(vmId, { onOutput, onEnd: () => undefined }));
    const first = await open();
    expect(said).toContain('GUEST-READY');
    await first.write(Buffer.from('echo SUM-$((40+2))\n'));
    await waitUntil('the guest to answer', () => (said.includes('SUM-42') ? true : undefined));
    first.close();
    // Its log goes on, and the next one begins with it.
    said = '';
    const again = await open();
    expect(said).toContain('SUM-42');
    again.close();
  });

  test('what it wrote last is there once it has stopped', async () => {
    await bootGuest();
    await guest.type('echo LAST-$((40+2)); poweroff -f');
    await waitUntil('the guest to power off', async () =>
      (await good(driver.inspect()))[0]?.status === 'stopped' ? true : undefined,
    );
    const { readConsoleTail } = driver;
    if (readConsoleTail === undefined) throw new Error('the driver records consoles');
    expect(await good(readConsoleTail(vmId))).toContain('LAST-42');
  });

  test('a paused guest has no part in a change that needs it', async () => {
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    await good(driver.attach(order(3), volume));
    await good(driver.pause(order(4)));
    const grown = { spec: idleSpec({ cpu_cores: 2 }), restart: 'forbidden' } as const;
    const message =
      'The VM web-server-01 is paused, and its guest takes part in this change: resume it first ' +
      `(novacron vm resume ${vmId}).`;
    expect(await bad(driver.configure(order(5), grown))).toEqual({ message, next: 'final' });
    expect(await bad(driver.detach(order(5), volume.volume_id))).toEqual({
      message,
      next: 'final',
    });
    const labelled = {
      spec: idleSpec({ labels: { tier: 'web' } }),
      restart: 'forbidden',
    } as const;
    expect(await good(driver.configure(order(5), labelled))).toMatchObject({
      effect: 'live',
      machine: { paused: true, volumes: [volume] },
    });
  });

  test('a shutdown is seen, with or without an agent, and its process ends', async () => {
    await bootGuest(idleSpec());
    const events: DriverEvent[] = [];
    driver.subscribe((event) => events.push(event));
    await guest.press('o');
    await awaitMachine({ status: 'stopped', stop_reason: 'guest' });
    await waitUntil('QEMU to end', () =>
      listQemuOf(site.directory).length === 0 ? true : undefined,
    );
    expect(events).toContainEqual({ kind: 'changed', vm_id: vmId, atMs: expect.any(Number) });
    await good(driver.start(order(3)));
    await guest.awaitBoots(2);
    await driver.close();
    await guest.press('o');
    const path = join(site.runDir('node-01'), vmId, 'qmp-operator.sock');
    const operator = await openQmpClient({ path, timers: systemTimers });
    await waitUntil('the guest to be off', async () => {
      const { status } = Object(await operator.execute('query-status'));
      return status === 'shutdown' ? true : undefined;
    });
    operator.close();
    driver = await open('node-01');
    await awaitMachine({ status: 'stopped', stop_reason: 'guest' });
    expect(listQemuOf(site.directory)).toEqual([]);
  });

  test('a panic stops the machine until it is started again', async () => {
    await bootGuest();
    await guest.type('echo c >/proc/sysrq-trigger');
    await awaitMachine({ status: 'stopped', stop_reason: 'panic' });
    expect(await good(driver.stop(order(3)))).toMatchObject({ stop_reason: 'panic' });
    const started = await good(driver.start(order(4)));
    expect(started).toMatchObject({ status: 'running', stop_reason: null });
    await guest.awaitBoots(2);
  });
});

describe('a process that ends', () => {
  function kill(): void {
    for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
  }

  test('is a crash where the agent saw it, and its machine starts again', async () => {
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    const events: DriverEvent[] = [];
    driver.subscribe((event) => events.push(event));
    kill();
    await awaitMachine({ status: 'stopped', stop_reason: 'crash', generation: 2 });
    await waitUntil('the event', () => (events.length > 0 ? true : undefined));
    expect(await good(driver.start(order(3)))).toMatchObject({ status: 'running' });
  });

  test('is a crash also where no agent saw it: a guest that stops leaves its process', async () => {
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    await driver.close();
    kill();
    await waitUntil('the end', () => (listQemuOf(site.directory).length === 0 ? true : undefined));
    driver = await open('node-01');
    await awaitMachine({ status: 'stopped', stop_reason: 'crash' });
  });

  test('is found again also where the agent died before it had recorded it', async () => {
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    await driver.close();
    rmSync(join(site.runDir('node-01'), vmId, 'process.json'));
    driver = await open('node-01');
    await awaitMachine({ status: 'running', generation: 2 });
    await good(driver.delete(order(3)));
    expect(listQemuOf(site.directory)).toEqual([]);
  });
});

describe('a guest that does not cooperate', () => {
  /** A disk without a system: the firmware finds nothing to boot. */
  async function startFirmware(): Promise<void> {
    const template = join(site.storageDir, 'templates', 'default');
    for (const name of ['kernel', 'initrd', 'cmdline']) rmSync(join(template, name));
    const empty = join(site.storageDir, 'volumes', `${ids('vol')}.qcow2`);
    const emptyId = ids('vol');
    await good(driver.takeSnapshot(snapshotOrder(), { volume_id: emptyId, size_gb: 1 }));
    writeFileSync(join(template, 'disk.qcow2'), readFileSync(empty.replace(/vol_[^.]+/, emptyId)));
    await driver.close();
    driver = await open('node-01', { guestMs: 1_000 });
    await good(driver.create(order(1), smallSpec()));
    await good(driver.start(order(2)));
  }

  test('runs again where it shuts down after its restart was given up', async () => {
    await bootGuest(smallSpec({ cpu_cores: 2 }));
    await driver.close();
    driver = await open('node-01', { guestMs: 1 });
    const change = { spec: smallSpec({ cpu_cores: 1 }), restart: 'allowed' } as const;
    expect(await bad(driver.configure(order(3), change))).toMatchObject({
      message: expect.stringContaining('It may still do so later.'),
    });
    await guest.type('poweroff -f');
    await guest.awaitBoots(2);
    await awaitMachine({ status: 'running', generation: 2, spec: { cpu_cores: 2 } });
    // What a command has stopped since stays so.
    await bad(driver.configure(order(3), change));
    expect(await bad(driver.stop(order(4)))).toMatchObject({ next: 'final' });
    await guest.type('poweroff -f');
    await awaitMachine({ status: 'stopped', stop_reason: 'guest' });
  });

  test('is not stopped by asking, and keeps its devices and its memory', async () => {
    await startFirmware();
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.attach(order(3), volume));
    expect(await bad(driver.stop(order(4)))).toEqual({
      message:
        'The guest does not shut down when it is asked to; only force stops it ' +
        `(novacron vm stop ${vmId} --force). It may still do so later.`,
      next: 'final',
    });
    expect(await bad(driver.detach(order(4), volume.volume_id))).toEqual({
      message:
        `The guest does not release ${volume.volume_id}: it is in use there, or the guest is ` +
        'still booting.',
      next: 'retry',
    });
    const spec = smallSpec({ memory_mib: 256 });
    expect(await bad(driver.configure(order(4), { spec, restart: 'forbidden' }))).toEqual({
      message: expect.stringMatching(/ does not take the memory .* stop the VM, change its memory/),
      next: 'final',
    });
    const same = { status: 'running', generation: 3, volumes: [volume], spec: smallSpec() };
    expect(await good(driver.inspect())).toMatchObject([same]);
    expect(await good(driver.stop(order(5), 'insistent'))).toMatchObject({ status: 'stopped' });
    await good(driver.start(order(5)));
    expect(await good(driver.stop(order(6), 'forced'))).toMatchObject({
      status: 'stopped',
      stop_reason: 'command',
    });
  });
});

function snapshotOrder(snapshot_id: SnapshotId = ids('snap')) {
  return { snapshot_id, signal: new AbortController().signal };
}

describe('the devices of a guest', () => {
  test('come while it runs, and a snapshot has what was on a disk at its moment', async () => {
    await bootGuest();
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.attach(order(3), volume));
    const write = (word: string): Promise<string> =>
      guest.run(`echo ${word} | dd of=/dev/vdb conv=fsync 2>/dev/null; sync`);
    const read = (): Promise<string> => guest.run('dd if=/dev/vdb bs=5 count=1 2>/dev/null');
    await waitUntil('the disk', async () =>
      (await guest.run('ls /sys/block')).includes('vdb') ? true : undefined,
    );
    await write('first');
    const taken = snapshotOrder();
    await good(driver.takeSnapshot(taken, volume));
    await write('other');
    expect(await bad(driver.restoreSnapshot(taken, volume.volume_id))).toMatchObject({
      message: `The volume ${volume.volume_id} is in use: stop its VM before it is restored.`,
    });
    await good(driver.stop(order(4)));
    await good(driver.start(order(5)));
    await guest.awaitBoots(2);
    expect(await read()).toBe('other');
    await good(driver.stop(order(6)));
    await good(driver.restoreSnapshot(taken, volume.volume_id));
    await good(driver.start(order(7)));
    await guest.awaitBoots(3);
    expect(await read()).toBe('first');
  });

  test('grow while it runs: cores, memory and the root disk', async () => {
    await bootGuest();
    const spec = smallSpec({ cpu_cores: 3, memory_mib: 192, disk_gb: 2 });
    await good(driver.configure(order(3), { spec, restart: 'forbidden' }));
    expect(await good(driver.inspect())).toMatchObject([{ spec }]);
    // It cannot fall asleep: nothing would wake it.
    expect(await guest.run('cat /sys/power/mem_sleep')).toBe('[s2idle]');
    const sectors = await guest.run('cat /sys/block/vda/size');
    expect(Number(sectors)).toBe((2 * 1_024 ** 3) / 512);
    await waitUntil('the cores', async () => {
      const present = await guest.run('cat /sys/devices/system/cpu/present');
      return present === '0-2' ? true : undefined;
    });
    const measured = await good(driver.measure());
    expect(measured).toMatchObject([{ vm_id: vmId, cpu_cores: 0 }]);
    expect(measured[0]?.memory_mib).toBeGreaterThan(0);
    expect(measured[0]).not.toHaveProperty('disk_read_bytes_per_s');
    await guest.run('dd if=/dev/zero of=/dev/null bs=1M count=2000 2>/dev/null');
    await guest.run('dd if=/dev/vda of=/dev/null bs=1M count=16 2>/dev/null; sync');
    const [later] = await good(driver.measure());
    expect(later?.cpu_cores).toBeGreaterThan(0);
    expect(later?.disk_read_bytes_per_s).toBeGreaterThan(0);
    expect(later?.disk_write_bytes_per_s).toBe(0);
    // Nothing counts the bytes of an interface in user mode.
    expect(later).not.toHaveProperty('network_receive_bytes_per_s');
  });
});

describe('a migration', () => {
  test('takes everything that was plugged in, and what is in memory', async () => {
    await bootGuest();
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    const spec = smallSpec({ cpu_cores: 2, memory_mib: 192 });
    await good(driver.attach(order(3), volume));
    await good(driver.configure(order(3), { spec, restart: 'forbidden' }));
    await guest.run('word=kept; echo before >/tmp-file');
    const there = await open('node-02');
    await good(there.prepareIncoming(order(4), { spec, volumes: [volume] }));
    await good(driver.migrate(order(4), { toNode: 'node-02', size: spec }));
    await good(there.activate(order(4)));
    await good(driver.delete(order(4)));
    const moved = { status: 'running', spec, volumes: [volume] };
    expect(await good(there.inspect())).toMatchObject([moved]);
    const arrived = guestConsole(site.runDir('node-02'), vmId);
    expect(await arrived.run('echo $word; cat /tmp-file')).toBe('kept\nbefore');
    // The source has removed its own files and none of the machine's.
    expect(existsSync(join(site.runDir('node-01'), vmId))).toBe(false);
    expect(existsSync(join(site.storageDir, 'disks', vmId, 'root.qcow2'))).toBe(true);
    await good(there.delete(order(5)));
    expect(existsSync(join(site.storageDir, 'disks', vmId))).toBe(false);
  });

  test('whose target dies leaves the machine running where it is', async () => {
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    const [source] = listQemuOf(site.directory);
    const there = await open('node-02');
    await good(there.prepareIncoming(order(3), { spec: idleSpec(), volumes: [] }));
    for (const pid of listQemuOf(site.directory)) if (pid !== source) process.kill(pid, 'SIGKILL');
    expect(await bad(driver.migrate(order(3), { toNode: 'node-02' }))).toMatchObject({
      message: expect.stringMatching(/^(The migration of .* failed|QEMU did not do it): .*\.$/),
    });
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running', generation: 2 }]);
    expect(await bad(there.activate(order(3)))).toMatchObject({
      message: `The process that waited for ${vmId} has ended: it has not arrived.`,
    });
    await good(there.delete(order(3)));
    expect(await good(driver.stop(order(4)))).toMatchObject({ status: 'stopped' });
  });

  test('that ended while its agent was dead is found complete', async () => {
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    const there = await open('node-02');
    await good(there.prepareIncoming(order(3), { spec: idleSpec(), volumes: [] }));
    const record = join(site.runDir('node-01'), vmId, 'machine.json');
    const before = readFileSync(record);
    await good(driver.migrate(order(3), { toNode: 'node-02' }));
    await driver.close();
    // As the agent left it when it died before it could record the end.
    writeFileSync(record, before);
    driver = await open('node-01');
    await awaitMachine({ status: 'running', generation: 2 });
    expect(await good(driver.migrate(order(3), { toNode: 'node-02' }))).toMatchObject({
      status: 'migrated',
    });
    // The disk is not this node's to remove, although the target has not taken it over yet.
    await good(driver.delete(order(3)));
    expect(existsSync(join(site.storageDir, 'disks', vmId, 'root.qcow2'))).toBe(true);
    await good(there.activate(order(3)));
    expect(await good(there.inspect())).toMatchObject([{ status: 'running' }]);
  });

  test('that was taken back can be repeated', async () => {
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    const there = await open('node-02');
    const incoming = { spec: idleSpec(), volumes: [] };
    await good(there.prepareIncoming(order(3), incoming));
    await good(driver.migrate(order(3), { toNode: 'node-02' }));
    await good(driver.activate(order(3)));
    await good(there.delete(order(3)));
    expect(await bad(driver.migrate(order(4), { toNode: 'node-02' }))).toEqual({
      message: `The node node-02 has not prepared for ${vmId}.`,
      next: 'final',
    });
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running' }]);
    await good(there.prepareIncoming(order(4), incoming));
    await good(driver.migrate(order(4), { toNode: 'node-02' }));
    expect(await good(there.activate(order(4)))).toMatchObject({ status: 'running' });
  });

  test('that is given up is cancelled, and the machine stays', async () => {
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    const there = await open('node-02');
    const [own] = listQemuOf(site.directory);
    await good(there.prepareIncoming(order(3), { spec: idleSpec(), volumes: [] }));
    const targets = listQemuOf(site.directory).filter((pid) => pid !== own);
    // It cannot end before it is cancelled: the target does not load what arrives.
    for (const pid of targets) process.kill(pid, 'SIGSTOP');
    const abort = new AbortController();
    const progress: number[] = [];
    const onProgress = (percent: number): void => {
      progress.push(percent);
      abort.abort();
    };
    const sent = driver.migrate(
      { ...order(3), signal: abort.signal, onProgress },
      { toNode: 'node-02' },
    );
    expect(await bad(sent)).toEqual({
      message: `The migration of ${vmId} was given up.`,
      next: 'retry',
    });
    expect(progress[0]).toBeGreaterThanOrEqual(0);
    for (const pid of targets) process.kill(pid, 'SIGCONT');
    expect(targets).toHaveLength(1);
    expect(await good(driver.activate(order(4)))).toMatchObject({ status: 'running' });
    expect(await bad(there.activate(order(4)))).toMatchObject({ next: 'final' });
  });

  test('runs on one node only, whichever is asked', async () => {
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    const there = await open('node-02');
    await good(there.prepareIncoming(order(3), { spec: idleSpec(), volumes: [] }));
    expect(await bad(there.activate(order(3)))).toMatchObject({
      message: `${vmId} has not arrived.`,
    });
    await good(driver.migrate(order(3), { toNode: 'node-02' }));
    await good(there.activate(order(3)));
    expect(await bad(driver.activate(order(3)))).toEqual({
      message: `${vmId} is on node-02 now: it cannot be taken back.`,
      next: 'final',
    });
  });
});

describe('a full disk', () => {
  test('pauses the guest, which is reported', async () => {
    // A limit on the size of files stands for a disk that is full.
    const limited = join(site.directory, 'limited-qemu');
    const { qemu, image } = findQemu();
    const script = `#!/bin/sh\ntrap '' XFSZ\nulimit -f 4096\nexec '${qemu}' "$@"\n`;
    writeFileSync(limited, script, { mode: 0o700 });
    await driver.close();
    driver = await open('node-01', { programs: { qemu: limited, image } });
    await bootGuest();
    await guest.type('dd if=/dev/zero of=/dev/vda bs=1M count=8 conv=fsync');
    await awaitMachine({ status: 'stopped', stop_reason: 'io_error' });
    // Not the error of a full disk, so it may be that of a failing one.
    const pool = driver.storage?.()?.pool;
    expect(driver.ioErrors?.().at(-1)).toMatchObject({ pool, operation: 'write' });
    // It is not said to run while its disk is full.
    const again = await driver.start(order(3));
    expect(again).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('still cannot write to its disk') },
    });
    await awaitMachine({ status: 'stopped', stop_reason: 'io_error' });
    expect(listQemuOf(site.directory)).toHaveLength(1);
    await good(driver.stop(order(4), 'forced'));
    expect(listQemuOf(site.directory)).toEqual([]);
  });
});
