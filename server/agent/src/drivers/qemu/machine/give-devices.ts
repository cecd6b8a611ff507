/** Gives machines devices of the host (VFIO). */
import { readFileSync } from 'node:fs';
import type { VmId } from '@novacron/contract/ids';
import { equalJson } from '@novacron/contract/json';
import { isThere } from '../files/directories.ts';
import { finalTrouble, passingTrouble, type QemuTrouble } from '../files/trouble.ts';
import { giveFile } from '../files/vm-user.ts';
import type { Hardware } from './hardware.ts';
import { chooseDevices, type HostDevice } from './host-devices.ts';
import type { QemuNode } from './qemu-node.ts';

/**
 * Chooses the devices of a machine whose process is about to start, and records them: from then on
 * they are taken. Lets QEMU open them. Throws where the host cannot provide all of them.
 * @returns their addresses
 */
export function giveDevices(node: QemuNode, vmId: VmId, hardware: Hardware): readonly string[] {
  const wishes = hardware.devices ?? [];
  const { devices } = node.host;
  const chosen = chooseDevices(devices, takenDevices(node, vmId), wishes);
  if (chosen === undefined) throw notFree(node, vmId, hardware);
  const addresses = chosen.map(({ address }) => address);
  const before = node.machines.find(vmId)?.host_devices ?? [];
  const host_devices = addresses.length === 0 ? undefined : addresses;
  if (!equalJson(before, addresses)) node.machines.update(vmId, { host_devices });
  if (chosen.length > 0) requireLockedMemory(node);
  for (const device of chosen) giveGroup(node, device);
  return addresses;
}

/** Addresses of devices that other machines have, which have a process or are about to get one. */
function takenDevices({ machines, reserved }: QemuNode, vmId: VmId): ReadonlySet<string> {
  const others = machines.list().filter(({ vm_id }) => {
    const isOn = machines.processOf(vm_id) !== undefined;
    return vm_id !== vmId && (isOn || reserved.get(vm_id)?.status === 'running');
  });
  return new Set(others.flatMap(({ host_devices = [] }) => host_devices));
}

/** Returns the error for unavailable devices; final if the host has none. */
function notFree({ host }: QemuNode, vmId: VmId, { devices = [] }: Hardware): QemuTrouble {
  const words = devices.map(({ kind, model = '', count }) => `${count} ${kind} ${model}`.trim());
  return chooseDevices(host.devices, new Set(), devices) === undefined
    ? finalTrouble(
        `This host does not have the devices of ${vmId} (${words.join(', ')}): bind them to ` +
          'vfio-pci, and start the agent again.',
      )
    : passingTrouble(`Other VMs have the devices of ${vmId} (${words.join(', ')}).`);
}

function giveGroup({ vmUser }: QemuNode, { address, group }: HostDevice): void {
  const file = `/dev/vfio/${group}`;
  if (!isThere(file)) {
    throw finalTrouble(
      `The device ${address} cannot be given to a VM: ${file} is not there. Bind every device ` +
        'of its IOMMU group to vfio-pci.',
    );
  }
  giveFile(vmUser, file);
}

/** A device may write to all memory of its guest, so QEMU locks it; root may lock any amount. */
function requireLockedMemory({ vmUser }: QemuNode): void {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  if (vmUser === undefined || /^Max locked memory +\S+ +unlimited/m.test(limits)) return;
  throw finalTrouble(
    `QEMU may not lock the memory of a VM with devices as the user ${vmUser.name}: start the ` +
      'agent with LimitMEMLOCK=infinity, as its unit has it.',
  );
}
