/** The files of machines on their way: what is removed where they do not arrive, or have left. */
import type { VmId } from '@novacron/contract/ids';
import { isFile, remove } from '../files/directories.ts';
import { DEVICE_IDS, volumeNode } from '../machine/build-command-line.ts';
import { own, ownerOf, type QemuAction, type QemuNode } from '../machine/qemu-node.ts';
import { removeKey } from '../transfer/one-time-key.ts';

/** The file of a disk that has the name of its device. */
export function diskFile({ places }: QemuNode, vmId: VmId, name: string): string {
  return name === DEVICE_IDS.root ? places.files(vmId).rootDisk : places.volume(name);
}

/** The block node of a disk that has the name of its device. */
export function diskNode(name: string): string {
  return name === DEVICE_IDS.root ? DEVICE_IDS.rootNode : volumeNode(name);
}

/** Removes what a node has made for a machine that does not arrive. */
export function giveUpIncoming(node: QemuNode, vmId: VmId): void {
  const { places, machines, releases } = node;
  releases.ignore(vmId);
  remove(places.incoming(vmId));
  removeKey(places, vmId);
  const owner = ownerOf(node, vmId);
  if (owner?.node === node.name && owner.state === 'making') remove(places.diskDirectory(vmId));
  for (const { volume_id } of machines.find(vmId)?.volumes ?? []) {
    if (!isFile(places.volumeCopy(volume_id))) continue;
    remove(places.volume(volume_id));
    remove(places.volumeCopy(volume_id));
  }
}

/** Removes the disks of a released machine that its target has copied. */
export function removeCopiedDisks(action: QemuAction): void {
  const { places, machines } = action.node;
  const { vm_id: vmId } = action.order;
  const record = machines.find(vmId);
  if (record?.phase !== 'migrated' || record.released !== 'yes') return;
  for (const name of record.copied ?? []) {
    if (name === DEVICE_IDS.root) {
      own(action, 'removing');
      remove(places.diskDirectory(vmId));
    } else remove(places.volume(name));
  }
}
