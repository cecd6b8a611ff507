/** A process without a machine for the disks of one that is switched off. */
import { planLimits } from '../launch/plan-limits.ts';
import { buildDiskCommandLine } from '../machine/build-disk-command-line.ts';
import type { Launched } from '../machine/launch-qemu.ts';
import type { QemuAction } from '../machine/qemu-node.ts';
import { openedDisk } from './incoming-files.ts';
import { launchProcess, prepareFiles } from './life.ts';

/** It has no guest: what QEMU needs for itself is enough. */
const LIMITS = planLimits({ accelerator: 'kvm', cpu_cores: 1, memory_mib: 0 });

/**
 * Starts the process. It locks the disks for writing, so no machine starts with them meanwhile.
 * @param names - names of disks: `root`, and ids of volumes
 */
export async function launchDiskProcess(
  action: QemuAction,
  names: readonly string[],
  template: string,
): Promise<Launched> {
  const { node, order } = action;
  const vmId = order.vm_id;
  const disks = names.map((name) => openedDisk(node, vmId, name));
  const used = { template, disks: disks.map(({ file }) => file) };
  const files = prepareFiles(node, vmId, used);
  const args = buildDiskCommandLine({ vmId, files, disks });
  return launchProcess(action, { files, args, disks: names, limits: LIMITS });
}
