/**
 * Makes a machine again that is missing, around the root disk that its node has kept, or that it
 * shares with a node that cannot run it any more.
 */
import { equalJson } from '@novacron/contract/json';
import type { DefinedMachine } from '../../driver.ts';
import { hashGuestSecrets } from '../../hash-guest-secrets.ts';
import { isFile } from '../files/directories.ts';
import { finalTrouble } from '../files/trouble.ts';
import { requireFirmware } from '../machine/firmware-vars.ts';
import type { MachineRecord, QemuMachine } from '../machine/machine-record.ts';
import {
  keepGeneration,
  observe,
  own,
  ownerOf,
  type QemuAction,
  requireInterfaces,
  requireLimits,
  reserve,
} from '../machine/qemu-node.ts';
import { requireTpm } from '../machine/tpm.ts';
import { prepareDisks } from './disk-locks.ts';
import { alreadyHere, newRecord } from './life.ts';

/**
 * The record was lost, and everything that the guest has stored lies beside its root disk: seed
 * disk, firmware variables, TPM. It all stays, so the guest is the one that it was.
 */
export async function defineMachine(
  action: QemuAction,
  missing: DefinedMachine,
): Promise<QemuMachine> {
  const { node, order } = action;
  const { vm_id } = order;
  const spec = hashGuestSecrets(vm_id, missing.spec);
  const known = node.machines.find(vm_id);
  if (known !== undefined && !isLeftOver(action, known, missing)) {
    if (known.phase !== 'here' || !equalJson(known.spec, spec)) {
      throw alreadyHere(await observe(node, vm_id));
    }
    // The agent may have died after the record and before this.
    if (ownerOf(node, vm_id)?.node === node.name) own(action, 'made');
    return keepGeneration(action);
  }
  requireRestsOnly(action, missing);
  requireInterfaces(spec);
  requireLimits(node, spec);
  requireFirmware(node, spec);
  requireTpm(node, spec);
  const { release } = reserve(node, vm_id, { status: 'stopped', spec });
  try {
    await prepareDisks(action, missing);
    const { volumes, locks } = missing;
    node.machines.save({ ...newRecord(action, { spec, volumes }, 'here'), locks });
    own(action, 'made');
    return await observe(node, vm_id);
  } finally {
    release();
  }
}

/**
 * Whether the record is that of a machine whose disk another node has: a takeover that was
 * interrupted, or a run directory that was restored from an older copy. It gives way to a takeover.
 */
function isLeftOver(
  { node, order: { vm_id } }: QemuAction,
  { phase }: MachineRecord,
  { takeover }: DefinedMachine,
): boolean {
  if (takeover !== 'yes' || phase === 'incoming') return false;
  const owner = ownerOf(node, vm_id)?.node;
  const isOfAnother = owner !== undefined && owner !== node.name;
  return isOfAnother && node.machines.processOf(vm_id) === undefined;
}

/** Refuses a machine whose disk is not wholly here, and one that runs without a record. */
function requireRestsOnly(
  { node, order: { vm_id } }: QemuAction,
  { takeover }: DefinedMachine,
): void {
  const owner = ownerOf(node, vm_id);
  if (owner !== undefined && owner.node !== node.name && takeover !== 'yes') {
    throw finalTrouble(`The root disk of ${vm_id} belongs to ${owner.node}.`);
  }
  const { rootDisk } = node.places.files(vm_id);
  if (!isFile(rootDisk) || owner?.state === 'making') {
    throw finalTrouble(
      `The root disk of ${vm_id} is not on this node (${rootDisk}): its content is lost, unless ` +
        'a copy of the file is put there.',
    );
  }
  const lost = node.machines.findLost(vm_id);
  if (lost === undefined) return;
  throw finalTrouble(
    `${vm_id} runs on this node without a record, as process ${lost.pid}: shut its guest down, ` +
      'or end the process.',
  );
}
