/** The figures of `make bench-qemu`, in the order in which they are measured. */
import { figure as qemuCommandOverhead } from './figures/qemu/qemu-command-overhead.mjs';
import { figure as qemuCreate } from './figures/qemu/qemu-create.mjs';
import { figure as qemuDiskHotplug } from './figures/qemu/qemu-hotplug.mjs';
import { figure as qemuMigration } from './figures/qemu/qemu-migration.mjs';
import { readoptPaused, readoptRunning } from './figures/qemu/qemu-readopt.mjs';
import { figure as qemuRecovery } from './figures/qemu/qemu-recovery.mjs';

export const QEMU_FIGURES = [
  qemuCreate,
  qemuCommandOverhead,
  qemuDiskHotplug,
  qemuMigration,
  readoptRunning,
  readoptPaused,
  qemuRecovery,
];
