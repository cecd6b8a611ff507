/** The files of machines on their way: what is removed where they do not arrive, or have left. */
import type { VmId } from '@novacron/contract/ids';
import { isFile, remove } from '../files/directories.ts';
import { arrivingMark } from '../files/volume-storages.ts';
import { type BlockNodeParts, DEVICE_IDS, volumeNode } from '../machine/build-command-line.ts';
import {
  own,
  ownerOf,
  type QemuAction,
  type QemuNode,
  volumeDiskOf,
} from '../machine/qemu-node.ts';
import { endTpm } from '../machine/tpm.ts';
import { dropArriving } from '../machine/tpm-state.ts';
import { removeKey } from '../transfer/one-time-key.ts';

/** The disks of a machine that are not volumes, by the names of their devices. */
const { root: ROOT, firmwareVars: VARS, tpmState: TPM } = DEVICE_IDS;

/** Whether a disk is its machine's own: root disk, variables of the firmware, state of the TPM. */
export function isOwnDisk(name: string): boolean {
  return name === ROOT || isRaw(name);
}

function isRaw(name: string): boolean {
  return name === VARS || name === TPM;
}

/** The file of a disk that has the name of its device. */
export function diskFile({ places, volumes }: QemuNode, vmId: VmId, name: string): string {
  if (name === ROOT) return places.files(vmId).rootDisk;
  if (name === TPM) return places.tpmDisk(vmId);
  return name === VARS ? places.files(vmId).firmwareVars : volumes.file(name);
}

/** The disk as QEMU opens it, with the name of its block node. */
export function openedDisk(node: QemuNode, vmId: VmId, name: string): BlockNodeParts {
  const block = { node: diskNode(name) };
  if (!isOwnDisk(name)) return { ...block, ...volumeDiskOf(node, vmId, name) };
  const { cache } = node;
  const file = diskFile(node, vmId, name);
  return { ...block, file, cache, format: isRaw(name) ? 'raw' : 'qcow2' };
}

/** The block node of a disk that has the name of its device. */
export function diskNode(name: string): string {
  if (name === ROOT) return DEVICE_IDS.rootNode;
  return isRaw(name) ? name : volumeNode(name);
}

/** Removes what a node has made for a machine that does not arrive; its process has ended. */
export async function giveUpIncoming(node: QemuNode, vmId: VmId): Promise<void> {
  const { places, machines, releases, volumes } = node;
  releases.ignore(vmId);
  if (machines.find(vmId)?.spec.tpm !== undefined) await endTpm(node, vmId);
  dropArriving(node, vmId);
  remove(places.incoming(vmId));
  removeKey(places, vmId);
  const owner = ownerOf(node, vmId);
  if (owner?.node === node.name && owner.state === 'making') remove(places.diskDirectory(vmId));
  for (const { volume_id } of machines.find(vmId)?.volumes ?? []) {
    const file = volumes.file(volume_id);
    if (!isFile(arrivingMark(file))) continue;
    remove(file);
    remove(arrivingMark(file));
  }
}

/** Removes the disks of a released machine that its target has copied. */
export function removeCopiedDisks(action: QemuAction): void {
  const { places, machines, volumes } = action.node;
  const { vm_id: vmId } = action.order;
  const record = machines.find(vmId);
  if (record?.phase !== 'migrated' || record.released !== 'yes') return;
  for (const name of record.copied ?? []) {
    if (isOwnDisk(name)) {
      own(action, 'removing');
      remove(places.diskDirectory(vmId));
    } else remove(volumes.file(name));
  }
}
