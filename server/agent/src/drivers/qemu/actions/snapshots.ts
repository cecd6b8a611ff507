/** Keeps whole copies of volumes: a copy depends on nothing that may be deleted. */
import { readdirSync } from 'node:fs';
import { StoredSnapshot } from '@novacron/contract/agent/agent-actions';
import type { MachineVolume } from '@novacron/contract/agent/machine';
import { SnapshotId, type VolumeId } from '@novacron/contract/ids';
import type { RestoredVolume } from '../../driver.ts';
import { keyFor } from '../files/content-keys.ts';
import { isFile, isThere, remove } from '../files/directories.ts';
import { BYTES_PER_GB } from '../files/qemu-img.ts';
import { allocatedBytes, requireRoom } from '../files/require-room.ts';
import { requireContent } from '../files/storage-pool.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import { finalTrouble } from '../files/trouble.ts';
import { hasDevice } from '../hotplug/devices.ts';
import type { QemuNode } from '../machine/qemu-node.ts';
import { copyInUse, endCopyInUse, type SnapshotAct, type VolumeUser } from './copy-in-use.ts';
import { dropExport } from './export-snapshot.ts';

/** Copies a volume as it is at this moment, also while a machine writes to it. */
export async function takeSnapshot(
  { node, order, images }: SnapshotAct,
  volume: MachineVolume,
): Promise<StoredSnapshot> {
  const { places } = node;
  const { snapshot_id } = order;
  const { volume_id, size_gb, pool, encrypted } = volume;
  const known = readStored(places.snapshotRecord(snapshot_id), StoredSnapshot);
  if (known !== undefined) {
    if (known.volume_id === volume_id) return known;
    throw finalTrouble(`The snapshot ${snapshot_id} is one of ${known.volume_id} already.`);
  }
  const file = node.volumes.fileFor(volume);
  const copy = places.snapshotDisk(snapshot_id);
  if (pool !== undefined) requireContent(volume_id, file);
  const key = await keyFor(order, { id: volume_id, encrypted });
  const copyKey = await keyFor(order, { id: snapshot_id, encrypted });
  await images.create(file, size_gb * BYTES_PER_GB, key);
  const user = await findUser(node, volume_id);
  if (user !== undefined) await endCopyInUse({ node, order }, user.monitor);
  remove(copy);
  await requireRoom(places, `The snapshot ${snapshot_id}`, allocatedBytes(file));
  try {
    const target = { file: copy, key: copyKey };
    if (user === undefined) await images.copy({ file, key }, target);
    else await copyInUse({ node, order, images }, { volumeId: volume_id, copy: target, user });
    const snapshot = { snapshot_id, volume_id, size_gb, ...(encrypted && { encrypted }) };
    // The record is what makes it a snapshot.
    writeStored(places.snapshotRecord(snapshot_id), snapshot);
    return snapshot;
  } catch (cause) {
    remove(copy);
    throw cause;
  }
}

/** The machine of this node that uses a volume. */
async function findUser(node: QemuNode, volumeId: VolumeId): Promise<VolumeUser | undefined> {
  for await (const user of usersOf(node)) {
    if (await hasDevice(user.monitor, volumeId)) return user;
  }
  return undefined;
}

/** The machines that have a process on this node. */
async function* usersOf({ machines }: QemuNode): AsyncGenerator<VolumeUser> {
  for (const { vm_id, phase } of machines.list()) {
    if (phase !== 'here' || machines.processOf(vm_id) === undefined) continue;
    yield { vmId: vm_id, monitor: await machines.monitorOf(vm_id) };
  }
}

/** Gives a volume that no running machine uses the content of a snapshot. */
export async function restoreSnapshot(
  { node, order, images }: SnapshotAct,
  restored: RestoredVolume & { readonly volumeId: VolumeId },
): Promise<StoredSnapshot> {
  const { places } = node;
  const { volumeId, storage_class, encrypted } = restored;
  const snapshot = readStored(places.snapshotRecord(order.snapshot_id), StoredSnapshot);
  if (snapshot === undefined) {
    throw finalTrouble(`The snapshot ${order.snapshot_id} is not on this node.`);
  }
  if ((await findUser(node, volumeId)) !== undefined) {
    throw finalTrouble(`The volume ${volumeId} is in use: stop its VM before it is restored.`);
  }
  const file = node.volumes.fileFor({ volume_id: volumeId, storage_class });
  // Fails where a machine of another node uses the file: QEMU has locked it.
  if (isFile(file)) await images.sizeOf(file);
  const content = places.snapshotDisk(order.snapshot_id);
  const storage = node.volumes.storageOf(file);
  await requireRoom(storage, `The volume ${volumeId}`, allocatedBytes(content));
  const from = await keyFor(order, { id: order.snapshot_id, encrypted: snapshot.encrypted });
  const to = await keyFor(order, { id: volumeId, encrypted });
  await images.copy({ file: content, key: from }, { file, key: to });
  return snapshot;
}

/** Removes a snapshot; nothing where there is none. */
export async function deleteSnapshot(act: SnapshotAct): Promise<null> {
  const { node, order } = act;
  await dropExport(act);
  for await (const { monitor } of usersOf(node)) await endCopyInUse({ node, order }, monitor);
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
