/** Migrations of machines that are switched off: their disks, and ends at each step. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { VmId, VolumeId } from '@novacron/contract/ids';
import { findQemu } from '../../../../../test/support/services/find-qemu.ts';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver, OutgoingMachine } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { placesIn } from './files/directories.ts';
import { readFatImage } from './guest/fat-image.ts';
import { buildDiskCommandLine } from './machine/build-disk-command-line.ts';
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
  const from = join(site.storageDir, 'templates');
  const to = join(apart(), 'templates');
  if (!existsSync(to)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  return open(node, { storageDir: apart(), ...options });
}

const apart = (): string => join(site.directory, 'other-storage');

interface Move {
  readonly spec?: MachineSpec;
  readonly volumes?: readonly VolumeId[];
}

/** Prepares a node as servers have it done. */
async function prepare(there: Driver, move: Move = {}): Promise<OutgoingMachine> {
  const { spec = idleSpec(), volumes = [] } = move;
  const offer = await good(source.offerMachine?.(vmId) ?? missing());
  const given = volumes.map((volume_id) => ({ volume_id, size_gb: 1 }));
  const arrives = { power: 'off', stop_reason: 'guest' } as const;
  await good(there.prepareIncoming(order(4), { spec, volumes: given, offer, arrives }));
  const target = await good(there.findTarget?.(vmId) ?? missing());
  return { toNode: 'node-02', size: spec, release: 'yes', power: 'off', target };
}

function missing(): never {
  throw new Error('the driver has no such method');
}

function awaitStopped(there: Driver): Promise<true> {
  return waitUntil('the machine to be known as stopped', async () => {
    expect(await good(there.inspect())).toMatchObject([
      { status: 'stopped', stop_reason: 'guest' },
    ]);
    return true as const;
  });
}

/** Exactly the target starts it: the source never does so again. */
async function expectOwnedBy(there: Driver): Promise<void> {
  expect(await bad(source.start(order(5)))).toMatchObject({ next: 'final' });
  expect(await bad(source.activate(order(5)))).toMatchObject({ next: 'final' });
  await good(source.forget(order(5)));
  expect(await good(there.start(order(5)))).toMatchObject({ status: 'running' });
}

const rootDisk = (storageDir: string): string => join(storageDir, 'disks', vmId, 'root.qcow2');

const FILLED_BYTES = 268_435_456;

/** Gives the root disk content that is not copied in a moment. */
function fillRootDisk(): void {
  const raw = join(site.directory, 'filled.raw');
  const disk = rootDisk(site.storageDir);
  writeFileSync(raw, Buffer.alloc(FILLED_BYTES, 1));
  const { image } = findQemu();
  execFileSync(image, ['convert', '-q', '-f', 'raw', '-O', 'qcow2', raw, disk]);
  execFileSync(image, ['resize', '-q', '-f', 'qcow2', disk, '1G']);
}

function seedOf(storageDir: string) {
  return readFatImage(readFileSync(join(storageDir, 'disks', vmId, 'seed.img')));
}

describe('between nodes that share no storage', () => {
  test('root disk, volumes and seed move, also to a host with another CPU', async () => {
    const guest = { ssh_keys: [], user_data: null, password: 'first word' };
    const spec = smallSpec({ guest });
    await good(source.create(order(1), spec));
    await good(source.start(order(2)));
    const first = guestConsole(site.runDir('node-01'), vmId);
    await first.awaitBoots(1);
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    await good(source.attach(order(2), volume));
    await waitUntil('the disk', async () =>
      (await first.run('ls /sys/block')).includes('vdb') ? true : undefined,
    );
    await first.run('dd if=/dev/urandom of=/dev/vda bs=1M count=8 conv=fsync 2>/dev/null');
    await first.run('echo volume | dd of=/dev/vdb conv=fsync 2>/dev/null');
    const sum = 'dd if=/dev/vda bs=1M count=8 2>/dev/null | md5sum';
    const before = await first.run(sum);
    await good(source.stop(order(3), 'forced'));
    // Settings that the guest has not read yet.
    const changed = { ...spec, guest: { ...guest, password: 'second word' } };
    await good(source.configure(order(3), { spec: changed, restart: 'forbidden' }));
    const seed = seedOf(site.storageDir);
    const host = { ...TEST_HOST, cpuFingerprint: 'another' };
    const there = await openApart('node-02', { host });
    const move = { spec: changed, volumes: [volume.volume_id] };
    const outgoing = await prepare(there, move);
    expect(outgoing.target?.disks).toEqual(['root', volume.volume_id]);
    const shares: number[] = [];
    const sent = source.migrate({ ...order(4), onProgress: (at) => shares.push(at) }, outgoing);
    await good(sent);
    expect(shares.every((at) => at >= 0 && at <= 100)).toBe(true);
    await awaitStopped(there);
    // The password's salt is another one, the instance is the same.
    expect(seedOf(apart())?.get('meta-data')).toEqual(seed?.get('meta-data'));
    expect(String(seed?.get('meta-data'))).toContain(`${vmId}.2`);
    expect(listQemuOf(site.directory)).toEqual([]);
    await expectOwnedBy(there);
    expect(existsSync(join(site.storageDir, 'disks', vmId))).toBe(false);
    expect(readdirSync(join(site.storageDir, 'volumes'))).toEqual([]);
    expect(readdirSync(join(apart(), 'volumes'))).toEqual([`${volume.volume_id}.qcow2`]);
    const second = guestConsole(site.runDir('node-02'), vmId);
    await second.awaitBoots(1);
    expect(await second.run(sum)).toBe(before);
    expect(await second.run('dd if=/dev/vdb bs=6 count=1 2>/dev/null')).toBe('volume');
  });

  test('a copy that breaks leaves the machine at its source, nothing at its target', async () => {
    await good(source.create(order(1), idleSpec()));
    const there = await openApart('node-02');
    const outgoing = await prepare(there);
    for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
    expect(await bad(source.migrate(order(4), outgoing))).toMatchObject({
      message: expect.stringMatching(/[.]$/),
    });
    expect(await good(source.activate(order(4)))).toMatchObject({ status: 'stopped' });
    expect(await bad(there.start(order(4)))).toMatchObject({ next: 'final' });
    await good(there.forget(order(4)));
    expect(existsSync(join(apart(), 'disks', vmId))).toBe(false);
    expect(listQemuOf(site.directory)).toEqual([]);
    expect(await good(source.start(order(5)))).toMatchObject({ status: 'running' });
  });

  test('a copy that is given up ends, and the repeated command copies again', async () => {
    await good(source.create(order(1), idleSpec()));
    fillRootDisk();
    const there = await openApart('node-02');
    const outgoing = await prepare(there);
    const [server] = listQemuOf(site.directory);
    const abort = new AbortController();
    const { signal } = abort;
    const sent = source.migrate({ ...order(4), signal, onProgress: () => abort.abort() }, outgoing);
    expect(await bad(sent)).toEqual({
      message: `The migration of ${vmId} was given up.`,
      next: 'retry',
    });
    expect(listQemuOf(site.directory)).toEqual([server]);
    expect(await good(source.inspect())).toMatchObject([{ status: 'stopped' }]);
    await good(source.migrate(order(4), outgoing));
    await awaitStopped(there);
    await expectOwnedBy(there);
  });

  test('a target gets the disks of its machine, and no other file of the source', async () => {
    await good(source.create(order(1), idleSpec()));
    const there = await openApart('node-02');
    const outgoing = await prepare(there);
    const { target } = outgoing;
    if (target === undefined) throw new Error('it is awaited');
    const secret = `../disks/${ids('vm')}/root`;
    const greedy = { ...outgoing, target: { ...target, disks: ['root', secret] } };
    expect(await bad(source.migrate(order(4), greedy))).toEqual({
      message: `The target asks for "${secret}", which is no disk of ${vmId}.`,
      next: 'final',
    });
    expect(await good(source.inspect())).toMatchObject([{ status: 'stopped' }]);
  });

  test('an offer of something other than disks is refused', async () => {
    await good(source.create(order(1), idleSpec()));
    const there = await openApart('node-02');
    const offer = await good(source.offerMachine?.(vmId) ?? missing());
    const disks = [...offer.disks, { name: '../../escaped', size_bytes: 1_048_576 }];
    const arrives = { power: 'off', stop_reason: 'guest' } as const;
    const incoming = { spec: idleSpec(), volumes: [], offer: { ...offer, disks }, arrives };
    expect(await bad(there.prepareIncoming(order(4), incoming))).toEqual({
      message: 'The source node-01 offers "../../escaped", which is no disk.',
      next: 'final',
    });
    expect(await good(there.inspect())).toEqual([]);
  });

  test('a copy that a killed agent has left is ended by its next start', async () => {
    await good(source.create(order(1), idleSpec()));
    await good(source.start(order(2)));
    await good(source.stop(order(3), 'forced'));
    await source.close();
    const parts = { runDir: site.runDir('node-01'), storageDir: site.storageDir, node: 'node-01' };
    const files = placesIn(parts).files(vmId);
    const root = {
      node: 'root-node',
      file: rootDisk(site.storageDir),
      cache: 'writeback',
    } as const;
    const args = buildDiskCommandLine({ vmId, files, disks: [root] });
    spawn(findQemu().qemu, [...args], { stdio: 'ignore', detached: true }).unref();
    await waitUntil('its monitor', () => (existsSync(files.monitor) ? true : undefined));
    source = await open('node-01');
    expect(listQemuOf(site.directory)).toEqual([]);
    expect(await good(source.inspect())).toMatchObject([
      { status: 'stopped', stop_reason: 'command', generation: 3 },
    ]);
    const there = await openApart('node-02');
    await good(source.migrate(order(4), await prepare(there)));
    await awaitStopped(there);
    await expectOwnedBy(there);
  });

  test('a source that dies before its record copies again; the target was away', async () => {
    await good(source.create(order(1), idleSpec()));
    const there = await openApart('node-02');
    const outgoing = await prepare(there);
    await there.close();
    const record = join(site.runDir('node-01'), vmId, 'machine.json');
    const before = readFileSync(record);
    await good(source.migrate(order(4), outgoing));
    await source.close();
    writeFileSync(record, before);
    source = await open('node-01');
    expect(await good(source.inspect())).toMatchObject([{ status: 'stopped' }]);
    await good(source.migrate(order(4), outgoing));
    const back = await openApart('node-02');
    await awaitStopped(back);
    await expectOwnedBy(back);
  });
});

describe('between nodes that share their storage', () => {
  test('only the record moves, and the next start of a source that died reports it', async () => {
    await good(source.create(order(1), idleSpec()));
    const there = await open('node-02');
    const outgoing = await prepare(there);
    expect(outgoing.target).toMatchObject({ disks: [], disk_port: null });
    expect(listQemuOf(site.directory)).toEqual([]);
    await there.close();
    await good(source.migrate(order(4), outgoing));
    await source.close();
    source = await open('node-01');
    const back = await open('node-02');
    await awaitStopped(back);
    await expectOwnedBy(back);
    expect(existsSync(rootDisk(site.storageDir))).toBe(true);
  });

  test('a machine that was started since it was prepared for runs on', async () => {
    await good(source.create(order(1), idleSpec()));
    const there = await open('node-02');
    const outgoing = await prepare(there);
    await good(source.start(order(4)));
    expect(await bad(source.migrate(order(5), outgoing))).toMatchObject({
      message: expect.stringContaining('is running: only a machine that is switched off'),
      next: 'final',
    });
    const arrives = { power: 'off', stop_reason: null } as const;
    const offer = await good(source.offerMachine?.(vmId) ?? missing());
    await good(there.forget(order(5)));
    const late = there.prepareIncoming(order(5), {
      spec: idleSpec(),
      volumes: [],
      offer,
      arrives,
    });
    expect(await bad(late)).toMatchObject({
      message: `${vmId} runs at node-01 by now: migrate it again.`,
    });
    expect(await good(source.inspect())).toMatchObject([{ status: 'running' }]);
  });
});
