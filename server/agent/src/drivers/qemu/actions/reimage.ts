/** Gives a machine that is switched off a new root disk from its template; its volumes stay. */
import { renameSync } from 'node:fs';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { furtherInterfacesOf } from '../../check-interfaces.ts';
import { hashGuestSecrets } from '../../hash-guest-secrets.ts';
import { remove } from '../files/directories.ts';
import { finalTrouble } from '../files/trouble.ts';
import { makeSeed } from '../guest/seed-disk.ts';
import { makeVars, requireFirmware } from '../machine/firmware-vars.ts';
import type { QemuMachine } from '../machine/machine-record.ts';
import {
  keepGeneration,
  machineHere,
  observe,
  own,
  ownerOf,
  type QemuAction,
} from '../machine/qemu-node.ts';
import { fillRootDisk } from './root-disk.ts';

/**
 * Makes the new disk beside the old one and puts it in its place, so a failure leaves the machine
 * as it was. What a crash interrupts afterwards, the repeated command does again.
 */
export async function reimageMachine(action: QemuAction, given: MachineSpec): Promise<QemuMachine> {
  const { node, order } = action;
  const { vm_id } = order;
  const { places, machines } = node;
  const record = machineHere(action, 'it keeps its root disk');
  const { status } = await observe(node, vm_id);
  if (status !== 'stopped') {
    throw finalTrouble(`${vm_id} is ${status}: only a stopped machine gets a new root disk.`);
  }
  const owner = ownerOf(node, vm_id)?.node;
  if (owner !== undefined && owner !== node.name) {
    throw finalTrouble(`The root disk of ${vm_id} belongs to ${owner}.`);
  }
  // A guest that has panicked keeps its process until now.
  await machines.end(vm_id, record.stop_reason ?? 'unknown');
  const kept = furtherInterfacesOf(record.spec);
  const spec = { ...kept, ...hashGuestSecrets(vm_id, given) };
  requireFirmware(node, spec);
  const { rootDisk, firmwareVars } = places.files(vm_id);
  const made = places.nextRootDisk(vm_id);
  remove(made);
  try {
    await fillRootDisk(action, spec, made);
    renameSync(made, rootDisk);
  } catch (cause) {
    remove(made);
    throw cause;
  }
  own(action, 'made');
  // What firmware and TPM have kept belongs to the system on the old disk.
  remove(firmwareVars);
  remove(places.tpmState(vm_id));
  makeVars(node, vm_id, spec);
  makeSeed(node, vm_id, { ...kept, ...given });
  return keepGeneration(action, { spec });
}
