/** Plugs volumes in and out, and applies the firewall of a machine. */
import type { MachineVolume } from '@novacron/contract/agent/machine';
import type { MachineFirewall } from '@novacron/contract/agent/machine-network';
import type { VmId, VolumeId } from '@novacron/contract/ids';
import { z } from 'zod';
import { keptVolume } from '../../kept-volume.ts';
import { type ContentKey, keyFor } from '../files/content-keys.ts';
import { isFile, remove } from '../files/directories.ts';
import { BYTES_PER_GB, type DiskImages } from '../files/qemu-img.ts';
import { requireRoom } from '../files/require-room.ts';
import { requireContent } from '../files/storage-pool.ts';
import { finalTrouble, passingTrouble } from '../files/trouble.ts';
import { arrivingMark, volumeIn } from '../files/volume-storages.ts';
import { awaitCondition, hasDevice, removeDevice } from '../hotplug/devices.ts';
import { dropKey, passKey } from '../hotplug/pass-key.ts';
import { requireOwnDisks } from '../hotplug/require-own-disks.ts';
import { importDirectory } from '../images/import-volume.ts';
import { blockNode, diskSerial, portBus, volumeNode } from '../machine/build-command-line.ts';
import { limitDisks } from '../machine/disk-limits.ts';
import { findFreePort, furtherMacs, PORTS_MAX } from '../machine/hardware.ts';
import type { MachineRecord, QemuMachine } from '../machine/machine-record.ts';
import {
  giveDisk,
  hardwareOf,
  keepGeneration,
  keepHardware,
  machineHere,
  machineOf,
  type QemuAction,
  type QemuNode,
  requireRunningGuest,
} from '../machine/qemu-node.ts';
import { type QmpClient, QmpError } from '../qmp/open-qmp-client.ts';

const NamedNodes = z.array(
  z.looseObject({
    'node-name': z.string().optional(),
    image: z.looseObject({ 'virtual-size': z.number() }),
  }),
);

/** Plugs a volume in; one that is plugged in takes the size given. */
export async function attachVolume(action: QemuAction, given: MachineVolume): Promise<QemuMachine> {
  const { node, order, images } = action;
  const { pool, ...volume } = keptVolume(given);
  const record = machineHere(action, 'nothing attaches');
  requirePort(record, volume.volume_id);
  const file = node.volumes.fileFor(given);
  if (pool !== undefined) requireContent(volume.volume_id, file);
  const bytes = volume.size_gb * BYTES_PER_GB;
  const admit = admitVolume(node, volume.volume_id, file);
  if (!isFile(file)) await admit(bytes);
  const key = await keyFor(order, { id: volume.volume_id, encrypted: volume.encrypted });
  await images.create(file, bytes, key);
  if (node.machines.processOf(order.vm_id) === undefined) {
    await images.grow(file, bytes, admit, key);
  } else {
    await plugVolume(action, volume, key);
  }
  return keepGeneration(action, { volumes: withVolume(record, volume) });
}

/** Refuses a volume for which the machine has no port, also while it is switched off. */
function requirePort({ vm_id, spec, volumes }: MachineRecord, volumeId: VolumeId): void {
  const others = volumes.filter(({ volume_id }) => volume_id !== volumeId);
  if (others.length < PORTS_MAX - 1 - furtherMacs(vm_id, spec).length) return;
  throw noPort(vm_id, others.length);
}

function noPort(vmId: VmId, volumes: number) {
  return finalTrouble(`The VM ${vmId} has ${volumes} volumes, and no port for another one.`);
}

/** Refuses what a volume is to have more where the storage has no room for it. */
function admitVolume({ volumes }: QemuNode, volumeId: VolumeId, file: string) {
  const storage = volumes.storageOf(file);
  return (bytes: number) => requireRoom(storage, `The volume ${volumeId}`, bytes);
}

/** Removes the file of a volume that no machine has, here or on a node that shares the storage. */
export async function deleteVolume(
  { machines, volumes: storages }: QemuNode,
  images: DiskImages,
  { volumeId, pool }: { readonly volumeId: VolumeId; readonly pool: string },
): Promise<null> {
  const storage = storages.withPool(pool, volumeId);
  const user = machines
    .list()
    .find(({ volumes }) => volumes.some(({ volume_id }) => volume_id === volumeId));
  if (user !== undefined) {
    throw finalTrouble(`The volume ${volumeId} belongs to ${user.vm_id}: detach it first.`);
  }
  const file = volumeIn(storage, volumeId);
  // A machine of another node may use it.
  if (isFile(file)) await images.requireUnused(file);
  remove(file);
  remove(arrivingMark(file));
  remove(importDirectory(storage, volumeId));
  return null;
}

function withVolume({ volumes }: MachineRecord, volume: MachineVolume): MachineVolume[] {
  const isKnown = volumes.some(({ volume_id }) => volume_id === volume.volume_id);
  if (!isKnown) return [...volumes, volume];
  return volumes.map((old) => (old.volume_id === volume.volume_id ? volume : old));
}

async function plugVolume(
  action: QemuAction,
  { volume_id, size_gb }: MachineVolume,
  key: ContentKey | undefined,
): Promise<void> {
  const { node, order, images } = action;
  const monitor = await node.machines.monitorOf(order.vm_id);
  const size = size_gb * BYTES_PER_GB;
  const name = volumeNode(volume_id);
  const { file } = node.volumes.disk(volume_id);
  const admit = admitVolume(node, volume_id, file);
  if (!(await hasDevice(monitor, volume_id))) {
    await dropNode(monitor, name);
    await images.grow(file, size, admit, key);
    await addDisk(action, monitor, { volumeId: volume_id, key });
    return;
  }
  const moreBytes = size - (await nodeSize(monitor, name));
  if (moreBytes > 0) {
    await requireOwnDisks(monitor, { vmId: order.vm_id, volumeId: volume_id });
    await admit(moreBytes);
    await monitor.execute('block_resize', { 'node-name': name, size });
  }
}

async function addDisk(
  { node, order }: QemuAction,
  monitor: QmpClient,
  { volumeId, key }: { readonly volumeId: VolumeId; readonly key: ContentKey | undefined },
): Promise<void> {
  const { volumes, disk_queues, further_nics } = hardwareOf(node, order.vm_id);
  const others = volumes.filter(({ volume_id }) => volume_id !== volumeId);
  const port = findFreePort({ volumes: others, ...(further_nics && { further_nics }) });
  if (port === undefined) {
    throw noPort(order.vm_id, others.length);
  }
  const name = volumeNode(volumeId);
  const disk = node.volumes.disk(volumeId);
  giveDisk(node, disk.file);
  await passKey(monitor, key);
  const opened = { node: name, ...disk, encrypted: key?.id };
  await monitor.execute('blockdev-add', blockNode(opened));
  try {
    await monitor.execute('device_add', {
      driver: 'virtio-blk-pci',
      id: volumeId,
      drive: name,
      serial: diskSerial(volumeId),
      bus: portBus(port),
      'num-queues': disk_queues,
      werror: 'stop',
      rerror: 'stop',
    });
  } catch (cause) {
    await dropNode(monitor, name);
    throw cause;
  }
  keepHardware(node, order.vm_id, { volumes: [...others, { volume_id: volumeId, port }] });
  const limits = node.machines.find(order.vm_id)?.spec.io_limits;
  if (limits !== undefined) await limitDisks(monitor, [volumeId], limits);
}

async function findNode(monitor: QmpClient, name: string) {
  const nodes = await monitor.execute('query-named-block-nodes', { flat: true });
  return NamedNodes.parse(nodes).find((each) => each['node-name'] === name);
}

async function nodeSize(monitor: QmpClient, name: string): Promise<number> {
  return (await findNode(monitor, name))?.image['virtual-size'] ?? 0;
}

/** Closes the file of a volume that no device uses: what an interrupted action left. */
async function dropNode(monitor: QmpClient, name: string): Promise<void> {
  if ((await findNode(monitor, name)) === undefined) return;
  await monitor.execute('blockdev-del', { 'node-name': name });
}

/** Unplugs a volume; its file stays. Succeeds where it is not plugged in. */
export async function detachVolume(
  action: QemuAction,
  volumeId: VolumeId,
): Promise<QemuMachine | null> {
  const { node, order } = action;
  if (node.machines.find(order.vm_id) === undefined) return null;
  const record = machineOf(action);
  if (record.phase === 'here' && node.machines.processOf(order.vm_id) !== undefined) {
    const monitor = await node.machines.monitorOf(order.vm_id);
    if (await hasDevice(monitor, volumeId)) await requireRunningGuest(action);
    await requireOwnDisks(monitor, { vmId: order.vm_id, volumeId });
    await removeDevice(action, monitor, volumeId);
    await releaseFile(action, monitor, volumeId);
    await dropKey(monitor, volumeId);
    const { volumes } = hardwareOf(node, order.vm_id);
    const rest = volumes.filter(({ volume_id }) => volume_id !== volumeId);
    keepHardware(node, order.vm_id, { volumes: rest });
  }
  const volumes = record.volumes.filter(({ volume_id }) => volume_id !== volumeId);
  return keepGeneration(action, { volumes });
}

/** QEMU reports a device as gone a moment before it has let go of its file. */
async function releaseFile(
  action: QemuAction,
  monitor: QmpClient,
  volumeId: VolumeId,
): Promise<void> {
  const isReleased = (): Promise<boolean> =>
    dropNode(monitor, volumeNode(volumeId)).then(
      () => true,
      (cause: unknown) => {
        if (cause instanceof QmpError && cause.failure === 'refused') return false;
        throw cause;
      },
    );
  if (await awaitCondition(action, isReleased)) return;
  throw passingTrouble(`QEMU still uses the file of ${volumeId}.`);
}

/** Applies the firewall of a machine. Where it cannot be enforced, the earlier one stays. */
export async function applyFirewall(
  action: QemuAction,
  firewall: MachineFirewall | null,
): Promise<QemuMachine> {
  const { node, order } = action;
  const { spec: before } = machineOf(action);
  const { firewall: _before, ...rest } = before;
  const spec = firewall === null ? rest : { ...rest, firewall };
  node.machines.update(order.vm_id, { spec });
  try {
    await node.networks?.sync();
  } catch (cause) {
    node.machines.update(order.vm_id, { spec: before });
    throw cause;
  }
  return keepGeneration(action);
}
