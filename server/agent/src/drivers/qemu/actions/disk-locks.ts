/**
 * Starts that a person wants in spite of locks. A storage may hold the locks of a host that is
 * dead, as NFS does: nothing on the new host takes them away, so QEMU opens the disks without any.
 */
import type { DefinedMachine } from '../../driver.ts';
import { isFile } from '../files/directories.ts';
import { BYTES_PER_GB } from '../files/qemu-img.ts';
import type { CommandLineParts } from '../machine/build-command-line.ts';
import type { Hardware } from '../machine/hardware.ts';
import type { MachineRecord } from '../machine/machine-record.ts';
import type { QemuAction } from '../machine/qemu-node.ts';

/**
 * Makes the root disk of a missing machine as large as it should be, and refuses one that takes
 * disks over which another process has locked. A root disk that is locked, and may be used all the
 * same, keeps its size.
 */
export async function prepareDisks(action: QemuAction, missing: DefinedMachine): Promise<void> {
  const { node, order, images } = action;
  const { rootDisk } = node.places.files(order.vm_id);
  const { spec, volumes, takeover, locks } = missing;
  if (locks === 'ignored' && (await images.isLocked(rootDisk))) return;
  // Fails as well where any process uses the disk.
  await images.grow(rootDisk, spec.disk_gb * BYTES_PER_GB);
  if (takeover === undefined || locks === 'ignored') return;
  for (const { volume_id } of volumes) {
    const file = node.volumes.file(volume_id);
    if (isFile(file)) await images.requireUnused(file);
  }
}

/**
 * Returns the locking mode for the disks of a started machine. Locks are ignored only while they
 * exist: from the first start without foreign locks on, the machine takes its own.
 */
export async function lockingOf(
  { node, order: { vm_id }, images }: QemuAction,
  { locks }: MachineRecord,
  { volumes, firmware }: Hardware,
): Promise<CommandLineParts['locking']> {
  if (locks !== 'ignored') return 'on';
  const { rootDisk, firmwareVars } = node.places.files(vm_id);
  const disks = [
    rootDisk,
    ...(firmware === undefined ? [] : [firmwareVars]),
    ...volumes.map(({ volume_id }) => node.volumes.file(volume_id)),
  ];
  for (const file of disks) if (isFile(file) && (await images.isLocked(file))) return 'off';
  node.machines.update(vm_id, { locks: undefined });
  return 'on';
}
