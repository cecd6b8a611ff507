/**
 * Removes machines from the node. On storage that nodes share, the disk of a machine that has left
 * is the one that it runs from elsewhere, and a disk that QEMU has locked can still be removed: so
 * only `deleteDisk`, and the `delete` of earlier releases, remove root disks.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { VmId } from '@novacron/contract/ids';
import { remove } from '../files/directories.ts';
import { finalTrouble, QemuTrouble } from '../files/trouble.ts';
import { own, ownerOf, type QemuAction, type QemuNode } from '../machine/qemu-node.ts';
import { endTpm } from '../machine/tpm.ts';
import { giveUpIncoming, removeCopiedDisks } from './incoming-files.ts';

/** Removes a machine, whatever it is doing: its process and its record, and never its disk. */
export async function forgetMachine(action: QemuAction): Promise<null> {
  await endMachine(action);
  action.node.machines.forget(action.order.vm_id);
  return null;
}

/**
 * Removes a machine, whatever it is doing, and its root disk where that belongs to this node.
 * Throws a final trouble, and removes nothing, where a later command made the disk or took it over.
 */
export async function deleteDisk(action: QemuAction): Promise<null> {
  const { node, order } = action;
  checkGeneration(node, order);
  await endMachine(action);
  if (ownerOf(node, order.vm_id)?.node === node.name) removeRootDisk(action);
  node.machines.forget(order.vm_id);
  return null;
}

/**
 * Servers of earlier releases remove machines with it, and both ends of migrations: the root disk
 * goes where it belongs to this node and the machine neither arrives nor was sent away.
 */
export async function deleteMachine(action: QemuAction): Promise<null> {
  const { node, order } = action;
  const { vm_id } = order;
  const phase = node.machines.find(vm_id)?.phase;
  const owner = ownerOf(node, vm_id);
  const isOwn = owner?.node === node.name && (phase === 'here' || owner.state !== 'made');
  if (isOwn) checkGeneration(node, order);
  await endMachine(action);
  if (isOwn) removeRootDisk(action);
  node.machines.forget(vm_id);
  return null;
}

/** Ends its process, and removes what a migration has left here: copies that nothing uses. */
async function endMachine(action: QemuAction): Promise<void> {
  const { node, order } = action;
  const record = node.machines.find(order.vm_id);
  if (record === undefined) {
    await node.machines.endLost(order.vm_id);
    return;
  }
  await node.machines.end(order.vm_id, 'command');
  if (record.spec.tpm !== undefined) await endTpm(node, order.vm_id);
  if (record.phase === 'incoming') await giveUpIncoming(node, order.vm_id);
  removeCopiedDisks(action);
}

/** The journal of a node knows only its own commands; the disk knows those of all nodes. */
function checkGeneration(node: QemuNode, order: QemuAction['order']): void {
  const { vm_id, generation } = order;
  const later = ownerOf(node, vm_id)?.generation ?? 0;
  if (later <= generation) return;
  throw finalTrouble(
    `The root disk of ${vm_id} belongs to a later command (generation ${later}): the one of ` +
      `generation ${generation} removes nothing.`,
  );
}

/**
 * Marked first, so that an interrupted removal is finished and not taken for a disk with content.
 * The mark goes last: what is left of a disk always has an owner.
 */
function removeRootDisk(action: QemuAction): void {
  const { node, order } = action;
  try {
    own(action, 'removing');
  } catch (cause) {
    // Full storage does not take the mark: without the disk it has room again.
    if (!(cause instanceof QemuTrouble)) throw cause;
  }
  for (const file of filesBesideOwner(node, order.vm_id)) remove(file);
  remove(node.places.diskDirectory(order.vm_id));
}

function filesBesideOwner({ places }: QemuNode, vmId: VmId): readonly string[] {
  const directory = places.diskDirectory(vmId);
  const owner = basename(places.owner(vmId));
  return readdirSync(directory)
    .filter((name) => name !== owner)
    .map((name) => join(directory, name));
}
