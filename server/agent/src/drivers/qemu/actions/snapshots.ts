/** Keeps whole copies of volumes: a copy depends on nothing that may be deleted. */
import { readdirSync } from 'node:fs';
import { type MachineVolume, StoredSnapshot } from '@novacron/contract/agent/agent';
import { SnapshotId, type VolumeId } from '@novacron/contract/ids';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import type { SnapshotOrder } from '../../driver.ts';
import { isFile, isThere, remove } from '../files/directories.ts';
import { BYTES_PER_GB, type DiskImages } from '../files/qemu-img.ts';
import { requireVolume } from '../files/storage-pool.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import { finalTrouble, passingTrouble } from '../files/trouble.ts';
import { takeFile } from '../files/vm-user.ts';
import { blockNode, volumeNode } from '../machine/build-command-line.ts';
import { giveDisk, type QemuNode } from '../machine/qemu-node.ts';
import type { QmpClient } from '../qmp/open-qmp-client.ts';
import { hasDevice } from './devices.ts';

/** How often the copy of a volume in use is looked at. Unit: ms. */
const POLL_MS = 20;

/** One action on a snapshot. */
export interface SnapshotAct {
  readonly node: QemuNode;
  readonly order: SnapshotOrder;
  readonly images: DiskImages;
}

/** Copies a volume as it is at this moment, also while a machine writes to it. */
export async function takeSnapshot(
  { node, order, images }: SnapshotAct,
  volume: MachineVolume,
): Promise<StoredSnapshot> {
  const { places } = node;
  const { snapshot_id } = order;
  const { volume_id, size_gb, pool } = volume;
  const known = readStored(places.snapshotRecord(snapshot_id), StoredSnapshot);
  if (known !== undefined) {
    if (known.volume_id === volume_id) return known;
    throw finalTrouble(`The snapshot ${snapshot_id} is one of ${known.volume_id} already.`);
  }
  const file = places.volume(volume_id);
  const copy = places.snapshotDisk(snapshot_id);
  requireVolume(places, volume_id, pool);
  await images.create(file, size_gb * BYTES_PER_GB);
  remove(copy);
  try {
    const user = await findUser(node, volume_id);
    if (user === undefined) await images.copy(file, copy);
    else await copyInUse({ node, order, images }, { volumeId: volume_id, copy, monitor: user });
    const snapshot = { snapshot_id, volume_id, size_gb };
    // The record is what makes it a snapshot.
    writeStored(places.snapshotRecord(snapshot_id), snapshot);
    return snapshot;
  } catch (cause) {
    remove(copy);
    throw cause;
  }
}

/** The monitor of the machine of this node that uses a volume. */
async function findUser(
  { machines }: QemuNode,
  volumeId: VolumeId,
): Promise<QmpClient | undefined> {
  for (const { vm_id, phase } of machines.list()) {
    if (phase !== 'here' || machines.processOf(vm_id) === undefined) continue;
    const monitor = await machines.monitorOf(vm_id);
    if (await hasDevice(monitor, volumeId)) return monitor;
  }
  return undefined;
}

const BlockNodes = z.array(
  z.looseObject({
    'node-name': z.string().optional(),
    image: z.looseObject({ 'virtual-size': z.number() }),
  }),
);
const Jobs = z.array(
  z.looseObject({ id: z.string(), status: z.string(), error: z.string().optional() }),
);

/**
 * The copy has the content of the moment at which it begins: QEMU saves what the guest overwrites
 * meanwhile. Source: `blockdev-backup` in QEMU's documentation of dirty bitmaps and backups.
 */
async function copyInUse(
  { node, order, images }: SnapshotAct,
  {
    volumeId,
    copy,
    monitor,
  }: { readonly volumeId: VolumeId; readonly copy: string; readonly monitor: QmpClient },
): Promise<void> {
  const device = volumeNode(volumeId);
  const nodes = await monitor.execute('query-named-block-nodes', { flat: true });
  const source = BlockNodes.parse(nodes).find((each) => each['node-name'] === device);
  if (source === undefined) throw passingTrouble(`The volume ${volumeId} has just been unplugged.`);
  const target = `s${order.snapshot_id.slice('snap_'.length)}`;
  await images.create(copy, source.image['virtual-size']);
  giveDisk(node, copy);
  await monitor.execute('blockdev-add', blockNode({ node: target, file: copy, cache: node.cache }));
  try {
    const job = { 'job-id': target, 'auto-dismiss': false };
    await monitor.execute('blockdev-backup', { device, target, sync: 'full', ...job });
    await awaitJob({ node, order, images }, monitor, target);
  } finally {
    await monitor.execute('blockdev-del', { 'node-name': target });
    takeFile(node.vmUser, copy);
  }
}

async function awaitJob(
  { node, order }: SnapshotAct,
  monitor: QmpClient,
  id: string,
): Promise<void> {
  for (;;) {
    const job = Jobs.parse(await monitor.execute('query-jobs')).find((each) => each.id === id);
    if (job === undefined) throw passingTrouble('The copy of the volume has vanished.');
    if (job.status === 'concluded') {
      await monitor.execute('job-dismiss', { id });
      if (job.error === undefined) return;
      throw passingTrouble(`The copy of the volume failed: ${job.error}.`);
    }
    if (order.signal.aborted) await monitor.execute('job-cancel', { id }).catch(() => undefined);
    await wait({ timers: node.timers, delayMs: POLL_MS, signals: [] });
  }
}

/** Gives a volume that no running machine uses the content of a snapshot. */
export async function restoreSnapshot(
  { node, order, images }: SnapshotAct,
  volumeId: VolumeId,
): Promise<StoredSnapshot> {
  const { places } = node;
  const snapshot = readStored(places.snapshotRecord(order.snapshot_id), StoredSnapshot);
  if (snapshot === undefined) {
    throw finalTrouble(`The snapshot ${order.snapshot_id} is not on this node.`);
  }
  if ((await findUser(node, volumeId)) !== undefined) {
    throw finalTrouble(`The volume ${volumeId} is in use: stop its VM before it is restored.`);
  }
  const file = places.volume(volumeId);
  // Fails where a machine of another node uses the file: QEMU has locked it.
  if (isFile(file)) await images.sizeOf(file);
  await images.copy(places.snapshotDisk(order.snapshot_id), file);
  return snapshot;
}

/** Removes a snapshot; nothing where there is none. */
export async function deleteSnapshot({ node, order }: SnapshotAct): Promise<null> {
  remove(node.places.snapshotRecord(order.snapshot_id));
  remove(node.places.snapshotDisk(order.snapshot_id));
  return null;
}

/** Every snapshot that this node has taken, in the order of their ids. */
export function listSnapshots({ places }: QemuNode): readonly StoredSnapshot[] {
  if (!isThere(places.snapshots)) return [];
  return readdirSync(places.snapshots)
    .flatMap((name) => SnapshotId.safeParse(name.replace(/\.json$/, '')).data ?? [])
    .sort()
    .flatMap((id) => readStored(places.snapshotRecord(id), StoredSnapshot) ?? []);
}
