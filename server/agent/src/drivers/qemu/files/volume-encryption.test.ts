/** Encrypted volumes: what is on the disks of a node, and every action that opens them. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ContentId } from '@novacron/contract/agent/content-key';
import type { MachineVolume } from '@novacron/contract/agent/machine';
import type { SnapshotId, VmId, VolumeId } from '@novacron/contract/ids';
import { err, ok } from '@novacron/contract/result';
import { systemTimers } from '@novacron/runtime/timers';
import { findQemuIo } from '../../../../../../test/support/services/find-qemu.ts';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import type { Driver, HostStart, KeySource, SnapshotOrder } from '../../driver.ts';
import { bad, good } from '../../driver-bench.ts';
import { volumeNode } from '../machine/build-command-line.ts';
import { openQmpClient, type QmpClient } from '../qmp/open-qmp-client.ts';
import { idleSpec, listQemuOf } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';
import { BYTES_PER_GB } from './qemu-img.ts';
import { findVmUser } from './vm-user.ts';

const NODE = 'node-01';
const OTHER = 'node-02';

/** What is written into volumes: this byte, this often. */
const PATTERN = 0xa5;
const PATTERN_BYTES = 1_048_576;
const NO_SERVER = { message: 'No server has answered.', next: 'retry', until: 'server' } as const;

type Storage = 'own' | 'shared';

const scene = useQemuSite();
const { site, ids } = scene;
const keys = new Map<ContentId, Buffer>();
let vmId: VmId;
let driver: Driver;

beforeEach(async () => {
  vmId = scene.vmId();
  keys.clear();
  driver = await site.open(NODE);
  await good(driver.create(order(1), idleSpec()));
  await good(driver.start(order(2)));
});

/** Gives each content a key, as servers do. */
const keyOf: KeySource = async (id) => {
  const key = keys.get(id) ?? randomBytes(32);
  keys.set(id, key);
  return ok(key.toString('base64'));
};

function order(generation: number, source: KeySource = keyOf) {
  return { ...scene.order(generation), keyOf: source };
}

function snapshotOrder(): SnapshotOrder {
  const { signal } = new AbortController();
  return { snapshot_id: ids('snap') as SnapshotId, signal, keyOf };
}

function encrypted(): MachineVolume {
  return { volume_id: ids('vol'), size_gb: 1, encrypted: 'yes' };
}

/** Sockets of a QEMU that is another user are in a directory of its own. */
function openMonitor(node: string): Promise<QmpClient> {
  const directory = join(site.runDir(node), vmId);
  const paths = ['vm', '.'].map((own) => join(directory, own, 'qmp-operator.sock'));
  const path = paths.find((each) => existsSync(each)) ?? directory;
  return openQmpClient({ path, timers: systemTimers });
}

/** Has QEMU write the pattern through the disk of its guest. */
async function write(volumeId: VolumeId, node = NODE): Promise<void> {
  const monitor = await openMonitor(node);
  const device = `/machine/peripheral/${volumeId}/virtio-backend`;
  try {
    for (const command of [`write -P ${PATTERN} 0 ${PATTERN_BYTES}`, 'flush']) {
      const line = { 'command-line': `qemu-io -d ${device} "${command}"` };
      expect(await monitor.execute('human-monitor-command', line)).toBe('');
    }
  } finally {
    monitor.close();
  }
}

/** Whether a disk has the pattern, read by another program with the key of the content. */
function hasPattern(id: VolumeId, directory = site.storageDir): boolean {
  const file = join(directory, 'volumes', `${id}.qcow2`);
  const key = keys.get(id);
  const secret = `secret,id=key,data=${key?.toString('base64')}`;
  const [object, option] =
    key === undefined ? [[], ''] : [['--object', secret], 'encrypt.key-secret=key,'];
  const image = ['--image-opts', `driver=qcow2,${option}file.filename=${file}`];
  const read = `read -P ${PATTERN} 0 ${PATTERN_BYTES}`;
  const said = execFileSync(findQemuIo(), ['-U', '-r', ...object, '-c', read, ...image]);
  return !/failed/.test(String(said));
}

function fileOf(volumeId: VolumeId): Buffer {
  return readFileSync(join(site.storageDir, 'volumes', `${volumeId}.qcow2`));
}

function showsPattern(bytes: Buffer): boolean {
  return bytes.includes(Buffer.alloc(64, PATTERN));
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** No key is in a file of the node, or on the command line of any process. */
function expectKeysHidden(): void {
  const forms = [...keys.values()].flatMap((key) => [
    key,
    Buffer.from(key.toString('base64')),
    Buffer.from(key.toString('hex')),
  ]);
  expect(forms).not.toEqual([]);
  const places = filesBelow(site.directory).filter((file) => statSync(file).isFile());
  const commandLines = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => join('/proc', pid, 'cmdline'));
  const found = [...places, ...commandLines].filter((file) => {
    const bytes = tryRead(file);
    return forms.some((form) => bytes.includes(form));
  });
  expect(found).toEqual([]);
  expect(readdirSync('/dev/shm').filter((name) => name.startsWith('novacron-key-'))).toEqual([]);
}

function tryRead(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    // A process has ended.
    return Buffer.alloc(0);
  }
}

describe('an encrypted volume', () => {
  test('shows nothing when its file is read, and the keys are nowhere else', async () => {
    const hidden = encrypted();
    const plain = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.attach(order(3), hidden));
    await good(driver.attach(order(4), plain));
    for (const { volume_id } of [hidden, plain]) await write(volume_id);
    expect(fileOf(hidden.volume_id).length).toBeGreaterThan(PATTERN_BYTES);
    expect(showsPattern(fileOf(hidden.volume_id))).toBe(false);
    expect(showsPattern(fileOf(plain.volume_id))).toBe(true);
    expectKeysHidden();
    await good(driver.stop(order(5), 'forced'));
    await good(driver.start(order(6)));
    expect(hasPattern(hidden.volume_id)).toBe(true);
    expectKeysHidden();
  });

  test('is opened with its own key only, and not without a server', async () => {
    const volume = encrypted();
    const away: KeySource = async () => err(NO_SERVER);
    expect(await bad(driver.attach(order(3, away), volume))).toEqual(NO_SERVER);
    expect(await good(driver.inspect())).toMatchObject([{ volumes: [] }]);
    await good(driver.attach(order(4), volume));
    await good(driver.stop(order(5), 'forced'));
    expect(await bad(driver.start(order(6, away)))).toEqual(NO_SERVER);
    keys.set(volume.volume_id, randomBytes(32));
    expect(await bad(driver.start(order(7)))).toEqual({
      message:
        `QEMU ended at its start: the volume ${volume.volume_id} cannot be opened: ` +
        'Invalid password, cannot unlock any keyslot.',
      next: 'final',
    });
    expect(await good(driver.inspect())).toMatchObject([{ status: 'stopped' }]);
  });

  test('grows while its machine runs and while it is off', async () => {
    const volume = encrypted();
    await good(driver.attach(order(3), volume));
    await write(volume.volume_id);
    await good(driver.attach(order(4), { ...volume, size_gb: 2 }));
    await good(driver.stop(order(5), 'forced'));
    await good(driver.attach(order(6), { ...volume, size_gb: 3 }));
    await good(driver.start(order(7)));
    expect(hasPattern(volume.volume_id)).toBe(true);
    const monitor = await openMonitor(NODE);
    const nodes = await monitor.execute('query-named-block-nodes', { flat: true });
    monitor.close();
    expect(nodes).toContainEqual(
      expect.objectContaining({
        'node-name': volumeNode(volume.volume_id),
        image: expect.objectContaining({ 'virtual-size': 3 * BYTES_PER_GB }),
      }),
    );
  });

  test('leaves and comes back while its machine runs off the node', async () => {
    const volume = encrypted();
    await good(driver.attach(order(3), volume));
    await write(volume.volume_id);
    await good(driver.stop(order(4), 'forced'));
    await good(driver.detach(order(5), volume.volume_id));
    await good(driver.start(order(6)));
    await good(driver.attach(order(7), volume));
    expect(hasPattern(volume.volume_id)).toBe(true);
  });
});

describe('a snapshot of an encrypted volume', () => {
  test.each([['running'], ['stopped']])('of a machine that is %s is encrypted', async (power) => {
    const volume = encrypted();
    await good(driver.attach(order(3), volume));
    await write(volume.volume_id);
    if (power === 'stopped') await good(driver.stop(order(4), 'forced'));
    const taken = snapshotOrder();
    expect(await good(driver.takeSnapshot(taken, volume))).toMatchObject({ encrypted: 'yes' });
    expect([...keys.keys()]).toEqual([volume.volume_id, taken.snapshot_id]);
    const directory = join(site.storageDir, 'snapshots', NODE);
    const copy = readFileSync(join(directory, `${taken.snapshot_id}.qcow2`));
    expect(copy.length).toBeGreaterThan(PATTERN_BYTES);
    expect(showsPattern(copy)).toBe(false);
    const made = encrypted();
    await good(driver.restoreSnapshot(taken, made.volume_id, made));
    await good(driver.stop(order(5), 'forced'));
    await good(driver.restoreSnapshot(taken, volume.volume_id, volume));
    // Each content has a key of its own: that of the snapshot is not needed any more.
    keys.delete(taken.snapshot_id);
    await good(driver.attach(order(6), made));
    await good(driver.start(order(7)));
    for (const { volume_id } of [volume, made]) {
      expect(showsPattern(fileOf(volume_id))).toBe(false);
      expect(hasPattern(volume_id)).toBe(true);
    }
    expectKeysHidden();
    expect(await bad(driver.exportSnapshot(taken, 'ticket'))).toMatchObject({
      message: `The snapshot ${taken.snapshot_id} is encrypted, and exports are not.`,
    });
  });

  test('of a plain volume can become an encrypted one', async () => {
    const plain = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.attach(order(3), plain));
    await write(plain.volume_id);
    const taken = snapshotOrder();
    await good(driver.takeSnapshot(taken, plain));
    const made = encrypted();
    await good(driver.restoreSnapshot(taken, made.volume_id, made));
    expect(showsPattern(fileOf(made.volume_id))).toBe(false);
    await good(driver.attach(order(4), made));
    expect(hasPattern(made.volume_id)).toBe(true);
  });
});

test('after a restart of the host a machine waits for a server that has the key', async () => {
  const volume = encrypted();
  await good(driver.attach(order(3), volume));
  await write(volume.volume_id);
  await driver.close();
  for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
  await waitUntil('QEMU to end', () =>
    listQemuOf(site.directory).length === 0 ? true : undefined,
  );
  const record = join(site.runDir(NODE), vmId, 'process.json');
  const before = JSON.parse(readFileSync(record, 'utf8'));
  writeFileSync(record, JSON.stringify({ ...before, boot_id: 'an earlier boot' }));
  driver = await site.open(NODE);
  const starts: HostStart[] = [];
  let asked = 0;
  const later: KeySource = (id) => {
    asked += 1;
    return asked === 1 ? Promise.resolve(err(NO_SERVER)) : keyOf(id);
  };
  const { signal } = new AbortController();
  const restart = driver.startAfterHostRestart?.({ signal, keyOf: later }, (start) =>
    starts.push(start),
  );
  if (restart === undefined) throw new Error('this driver starts nothing after a restart');
  await good(restart);
  expect(starts).toEqual([{ vm_id: vmId, problem: NO_SERVER }, { vm_id: vmId }]);
  expect(hasPattern(volume.volume_id)).toBe(true);
});

test('an encrypted volume is opened by a QEMU that is another user', async () => {
  const found = findVmUser('daemon');
  if (!found.ok || found.value === undefined) throw new Error('this test runs as root');
  await good(driver.stop(order(3), 'forced'));
  await driver.close();
  // Directories of tests are private; an operator's are /var/lib and such.
  for (const each of [site.directory, dirname(site.directory)]) chmodSync(each, 0o711);
  driver = await site.open(NODE, { vmUser: found.value });
  const volume = encrypted();
  await good(driver.attach(order(4), volume));
  await good(driver.start(order(5)));
  await write(volume.volume_id);
  const taken = snapshotOrder();
  await good(driver.takeSnapshot(taken, volume));
  await good(driver.stop(order(6), 'forced'));
  await good(driver.restoreSnapshot(taken, volume.volume_id, volume));
  expect(hasPattern(volume.volume_id)).toBe(true);
  expectKeysHidden();
});

describe('to another node', () => {
  const apart = (): string => join(site.directory, 'other-storage');

  async function openOther(storage: Storage): Promise<Driver> {
    if (storage === 'shared') return scene.open(OTHER);
    const from = join(site.storageDir, 'templates');
    cpSync(from, join(apart(), 'templates'), { recursive: true, verbatimSymlinks: true });
    return scene.open(OTHER, { storageDir: apart() });
  }

  test.each<[string, Storage]>([
    ['off', 'own'],
    ['on', 'own'],
    ['on', 'shared'],
  ])('a machine that is %s takes it along, to a storage that is %s', async (power, storage) => {
    const volume = encrypted();
    await good(driver.attach(order(3), volume));
    await write(volume.volume_id);
    if (power === 'off') await good(driver.stop(order(4), 'forced'));
    const there = await openOther(storage);
    const offer = await good(driver.offerMachine?.(vmId) ?? missing());
    const given = { spec: idleSpec(), volumes: [volume], offer };
    const off = { power: 'off', stop_reason: 'command' } as const;
    const incoming = power === 'off' ? { ...given, arrives: off } : given;
    await good(there.prepareIncoming(order(5), incoming));
    const target = await good(there.findTarget?.(vmId) ?? missing());
    const outgoing = { toNode: OTHER, size: idleSpec(), release: 'yes', target } as const;
    const sent = power === 'off' ? ({ ...outgoing, power: 'off' } as const) : outgoing;
    await good(driver.migrate(order(5), sent));
    await good(there.activate(order(5), 'released'));
    await good(driver.forget(order(6)));
    if (power === 'off') await good(there.start(order(6)));
    const directory = storage === 'own' ? apart() : site.storageDir;
    expect(hasPattern(volume.volume_id, directory)).toBe(true);
    // The target may write, too.
    await write(volume.volume_id, OTHER);
    const copied = readFileSync(join(directory, 'volumes', `${volume.volume_id}.qcow2`));
    expect(copied.length).toBeGreaterThan(PATTERN_BYTES);
    expect(showsPattern(copied)).toBe(false);
    expectKeysHidden();
  });

  function missing(): never {
    throw new Error('the driver has no such method');
  }
});
