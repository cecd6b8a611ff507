/** Migrations as this release has them done: encrypted, released by one record, disks copied. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver, OutgoingMachine } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import type { QemuOptions } from './open-qemu-driver.ts';
import { guestConsole } from './test-kit/guest-console.ts';
import { idleSpec, listQemuOf, smallSpec, TEST_HOST } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const scene = useQemuSite();
const { site, ids, order, open } = scene;
let vmId: VmId;
let source: Driver;

beforeEach(async () => {
  vmId = scene.vmId();
  source = await open('node-01');
});

/** A node with a storage directory of its own, which has the same templates. */
async function openApart(node: string, options: Partial<QemuOptions> = {}): Promise<Driver> {
  const storageDir = apart();
  const from = join(site.storageDir, 'templates');
  const to = join(storageDir, 'templates');
  if (!existsSync(to)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  return open(node, { storageDir, ...options });
}

const apart = (): string => join(site.directory, 'other-storage');

async function start(spec = idleSpec()): Promise<void> {
  await good(source.create(order(1), spec));
  await good(source.start(order(2)));
}

/** Prepares a node as servers have it done. */
async function prepare(
  there: Driver,
  volumes: readonly string[] = [],
  spec = idleSpec(),
): Promise<OutgoingMachine> {
  const offer = await good(source.offerMachine?.(vmId) ?? missing());
  const given = volumes.map((id) => ({ volume_id: id as ReturnType<typeof volumeId>, size_gb: 1 }));
  await good(there.prepareIncoming(order(3), { spec, volumes: given, offer }));
  const target = await good(there.findTarget?.(vmId) ?? missing());
  return { toNode: 'node-02', size: spec, release: 'yes', target };
}

const volumeId = () => ids('vol');

function missing(): never {
  throw new Error('the driver has no such method');
}

function awaitRunning(there: Driver): Promise<true> {
  return waitUntil('the machine to run', async () => {
    const machines = await good(there.inspect());
    expect(machines).toMatchObject([{ status: 'running', stop_reason: null }]);
    return true as const;
  });
}

/** The files of a node and their content, below a directory. */
function filesWith(directory: string, text: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[.](qcow2|log)$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file, 'utf8').includes(text));
}

describe('the release of a machine', () => {
  test('lets it run at its target without a server, and leaves no key', async () => {
    await start();
    const there = await open('node-02');
    const outgoing = await prepare(there);
    const key = outgoing.target?.key ?? missing();
    expect(filesWith(site.directory, key)).not.toEqual([]);
    await good(source.migrate(order(3), outgoing));
    await awaitRunning(there);
    await waitUntil('the key to be gone', () =>
      filesWith(site.directory, key).length === 0 ? true : undefined,
    );
    expect(await good(there.activate(order(3), 'released'))).toMatchObject({ status: 'running' });
    expect(await bad(source.activate(order(3)))).toMatchObject({ next: 'final' });
  });

  test('is reported by the next start of an agent that died after it had recorded it', async () => {
    await start();
    const there = await open('node-02');
    const outgoing = await prepare(there);
    await there.close();
    await good(source.migrate(order(3), outgoing));
    await source.close();
    source = await open('node-01');
    // The target was away: the machine does not run there yet, and no longer at its source.
    expect(await good(source.inspect())).toMatchObject([{ status: 'migrated' }]);
    const back = await open('node-02');
    await awaitRunning(back);
  });

  test('is recorded by the repeated command where an agent died before it', async () => {
    await start();
    const there = await open('node-02');
    const outgoing = await prepare(there);
    await there.close();
    const record = join(site.runDir('node-01'), vmId, 'machine.json');
    const before = readFileSync(record);
    await good(source.migrate(order(3), outgoing));
    await source.close();
    writeFileSync(record, before);
    source = await open('node-01');
    await good(source.migrate(order(3), outgoing));
    await awaitRunning(await open('node-02'));
  });

  test('makes a machine whose process has ended a stopped machine of its target', async () => {
    await start();
    const [sending] = listQemuOf(site.directory);
    const there = await open('node-02');
    const outgoing = await prepare(there);
    await there.close();
    await good(source.migrate(order(3), outgoing));
    for (const pid of listQemuOf(site.directory)) if (pid !== sending) process.kill(pid, 'SIGKILL');
    await waitUntil('its end', () => (listQemuOf(site.directory).length === 1 ? true : undefined));
    const back = await open('node-02');
    await waitUntil('the machine to be known as stopped', async () => {
      expect(await good(back.inspect())).toMatchObject([{ status: 'stopped' }]);
      return true as const;
    });
    await good(source.delete(order(3)));
    expect(await good(back.start(order(4)))).toMatchObject({ status: 'running' });
  });
});

describe('a machine with a CPU baseline', () => {
  const baseline = 'tcg:x86-64-v2';
  const model = 'qemu64,+popcnt,+sse4.1,+sse4.2,+ssse3,+aes,enforce';
  const hostOf = (cpuBaselines: readonly string[]) => ({
    host: { ...TEST_HOST, cpuFingerprint: 'another CPU', cpuBaselines },
  });

  async function startWithBaseline(spec = idleSpec()): Promise<void> {
    await good(source.create(order(1), spec));
    const started = await good(source.start(order(2), { cpuBaseline: baseline }));
    expect(started).toMatchObject({ status: 'running', cpu_baseline: baseline });
  }

  test('moves to a host with another CPU that offers it, and keeps it there', async () => {
    await startWithBaseline(smallSpec());
    const [pid] = listQemuOf(site.directory);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')).toContain(model);
    const guest = guestConsole(site.runDir('node-01'), vmId);
    await guest.awaitBoots(1);
    const read = 'while read -r line; do case $line in flags*) echo "$line"; break;; esac; done';
    const flags = await guest.run(`${read} </proc/cpuinfo`);
    expect(flags).toContain(' sse4_2');
    expect(flags).not.toContain(' avx');
    const there = await open('node-02', hostOf(['tcg:x86-64-v1', baseline]));
    await good(source.migrate(order(3), await prepare(there, [], smallSpec())));
    await awaitRunning(there);
    await good(source.delete(order(3)));
    // Its host starts it again as it was; a command without a baseline gives it the usual CPU.
    await good(there.stop(order(4), 'forced'));
    const hardware = () =>
      JSON.parse(readFileSync(join(site.storageDir, 'disks', vmId, 'hardware.json'), 'utf8'));
    expect(hardware()).toMatchObject({ cpu_baseline: baseline, cpu_model: model, cpu_host: '' });
    await good(there.start(order(5)));
    expect(hardware()).toMatchObject({ cpu_model: 'max', cpu_host: 'another CPU' });
    expect(hardware()).not.toHaveProperty('cpu_baseline');
  });

  test('is refused by a host that cannot offer it, before anything is sent', async () => {
    await startWithBaseline();
    const there = await open('node-02', hostOf(['tcg:x86-64-v1']));
    const offer = await good(source.offerMachine?.(vmId) ?? missing());
    const incoming = { spec: idleSpec(), volumes: [], offer };
    expect(await bad(there.prepareIncoming(order(3), incoming))).toEqual({
      message: `${vmId} has the CPU baseline ${baseline}, which this host cannot offer.`,
      next: 'final',
    });
    await good(source.stop(order(4), 'forced'));
    expect(await bad(source.start(order(5), { cpuBaseline: 'tcg:x86-64-v3' }))).toEqual({
      message: `This host cannot offer ${vmId} the CPU baseline tcg:x86-64-v3.`,
      next: 'final',
    });
  });
});

describe('an encrypted migration', () => {
  test('is refused without the key, and the machine stays', async () => {
    await start();
    const there = await open('node-02');
    const outgoing = await prepare(there);
    const target = outgoing.target ?? missing();
    const wrong = { ...target, key: target.key.replaceAll(/[0-7]/g, '9') };
    expect(await bad(source.migrate(order(3), { ...outgoing, target: wrong }))).toMatchObject({
      message: expect.stringMatching(/^The migration of \S+ failed: /),
      next: 'retry',
    });
    expect(await good(source.inspect())).toMatchObject([{ status: 'running', generation: 2 }]);
    expect(await good(there.inspect())).toMatchObject([{ status: 'incoming' }]);
  });

  test('that is given up ends, and can be prepared and sent again', async () => {
    await start();
    const there = await open('node-02');
    const outgoing = await prepare(there);
    const abort = new AbortController();
    const sent = source.migrate(
      { ...order(3), signal: abort.signal, onProgress: () => abort.abort() },
      outgoing,
    );
    expect(await bad(sent)).toEqual({
      message: `The migration of ${vmId} was given up.`,
      next: 'retry',
    });
    expect(await good(source.activate(order(3)))).toMatchObject({ status: 'running' });
    await good(there.delete(order(3)));
    await good(source.migrate(order(4), await prepare(there)));
    await awaitRunning(there);
  });
});

/** Number of blocks that the guest writes while its disks are copied, 8 bytes each. */
const BLOCKS = 5;

/** The progress of a migration at which its disks are copied. */
const COPIED_PERCENT = 50;

describe('a migration between nodes that share no storage', () => {
  test('takes the disks along, with what is written meanwhile', async () => {
    await start(smallSpec());
    const guest = guestConsole(site.runDir('node-01'), vmId);
    await guest.awaitBoots(1);
    const volume = { volume_id: volumeId(), size_gb: 1 };
    await good(source.attach(order(2), volume));
    await waitUntil('the disk', async () =>
      (await guest.run('ls /sys/block')).includes('vdb') ? true : undefined,
    );
    await guest.run('dd if=/dev/urandom of=/dev/vda bs=1M count=48 conv=fsync 2>/dev/null');
    await guest.run('echo volume | dd of=/dev/vdb conv=fsync 2>/dev/null');
    const sum = 'dd if=/dev/vda bs=1M count=48 2>/dev/null | md5sum';
    const before = await guest.run(sum);
    const there = await openApart('node-02');
    const outgoing = await prepare(there, [volume.volume_id], smallSpec());
    expect(outgoing.target?.disks).toEqual(['root', volume.volume_id]);
    // It writes while its disks are copied, and no longer: QEMU 7.2 may lose what a busy guest
    // writes to its memory while that is sent in software, and such a guest panics or hangs.
    const writing =
      `i=0; while [ $i -lt ${BLOCKS} ]; do i=$((i+1)); printf "%08d" $i | ` +
      'dd of=/dev/vda bs=8 seek=$((8388608+i)) conv=fsync 2>/dev/null; done; echo $i >/last';
    let written: Promise<unknown> | undefined;
    const onProgress = (percent: number): void => {
      // Where it has not ended yet when the guest moves, it ends at the target.
      if (percent < COPIED_PERCENT) written ??= guest.run(writing).catch(() => undefined);
    };
    await good(source.migrate({ ...order(3), onProgress }, outgoing));
    expect(written).toBeDefined();
    await awaitRunning(there);
    await good(source.forget(order(3)));
    const arrived = guestConsole(site.runDir('node-02'), vmId);
    await waitUntil('the guest to have written', async () =>
      (await arrived.run('cat /last')) === String(BLOCKS) ? true : undefined,
    );
    await arrived.run('sync; echo 3 >/proc/sys/vm/drop_caches');
    expect(await arrived.run(sum)).toBe(before);
    expect(await arrived.run('dd if=/dev/vdb bs=6 count=1 2>/dev/null')).toBe('volume');
    // Every numbered block that was written is there.
    const blocks = await arrived.run(
      `dd if=/dev/vda bs=8 skip=8388609 count=${BLOCKS} 2>/dev/null | md5sum; ` +
        `i=0; while [ $i -lt ${BLOCKS} ]; do i=$((i+1)); printf "%08d" $i; done | md5sum`,
    );
    const [found, wanted] = blocks.split('\n');
    expect(found).toBe(wanted);
    // The source keeps none of it, the target everything.
    expect(existsSync(join(apart(), 'disks', vmId, 'seed.img'))).toBe(true);
    expect(existsSync(join(site.storageDir, 'disks', vmId))).toBe(false);
    expect(existsSync(join(site.storageDir, 'volumes', `${volume.volume_id}.qcow2`))).toBe(false);
    expect(readdirSync(join(apart(), 'volumes'))).toEqual([`${volume.volume_id}.qcow2`]);
    expect(await good(there.inspect())).toMatchObject([{ volumes: [volume] }]);
    await good(there.stop(order(4), 'forced'));
    expect(await good(there.start(order(5)))).toMatchObject({ status: 'running' });
  });

  test('that is taken back leaves the disks where they were, and no copies', async () => {
    await start();
    const there = await openApart('node-02');
    const outgoing = await prepare(there);
    const [sending] = listQemuOf(site.directory);
    for (const pid of listQemuOf(site.directory)) if (pid !== sending) process.kill(pid, 'SIGKILL');
    expect(await bad(source.migrate(order(3), outgoing))).toMatchObject({
      message: expect.stringMatching(/[.]$/),
    });
    expect(await good(source.activate(order(3)))).toMatchObject({ status: 'running' });
    await good(there.forget(order(3)));
    expect(existsSync(join(apart(), 'disks', vmId))).toBe(false);
    await good(source.stop(order(4), 'forced'));
    expect(await good(source.start(order(5)))).toMatchObject({ status: 'running' });
  });

  test('overwrites no other disk', async () => {
    await start();
    const there = await openApart('node-02');
    await good(there.create(order(1), idleSpec()));
    await there.close();
    const record = join(site.runDir('node-02'), vmId, 'machine.json');
    const empty = await openApart('node-03');
    expect(existsSync(record)).toBe(true);
    const offer = await good(source.offerMachine?.(vmId) ?? missing());
    const incoming = { spec: idleSpec(), volumes: [], offer };
    expect(await bad(empty.prepareIncoming(order(3), incoming))).toMatchObject({
      message: expect.stringMatching(/^There is another root disk of \S+ in \S+: move it away /),
      next: 'final',
    });
    expect(existsSync(join(apart(), 'disks', vmId, 'root.qcow2'))).toBe(true);
  });
});
