/** Capacity of a host for VMs: its total, less the reserve for itself. */
import { statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';

/** Amounts that VMs do not get: for the operating system, the agent and QEMU itself. */
export interface HostReserve {
  readonly cpu_cores: number;
  readonly memory_gb: number;
  readonly disk_gb: number;
}

/** Default reserve. QEMU needs some memory for each machine besides its guest's. */
export const HOST_RESERVE_DEFAULT: HostReserve = { cpu_cores: 0, memory_gb: 2, disk_gb: 10 };

/** Sizes of a node, in the units of the fleet description. */
export interface HostCapacity {
  readonly cpu_cores: number;
  readonly memory_gb: number;
  readonly disk_gb: number;
}

const BYTES_PER_GB = 1_073_741_824;
const MEMORY_STEPS_PER_GB = 16;

/** Measures the host. @param storageDir - directory of disks, which need not exist yet */
export function findHostCapacity(storageDir: string, reserve: HostReserve): HostCapacity {
  const diskBytes = fileSystemBytes(storageDir);
  const memoryGb = totalmem() / BYTES_PER_GB - reserve.memory_gb;
  return {
    cpu_cores: availableParallelism() - reserve.cpu_cores,
    memory_gb: Math.floor(memoryGb * MEMORY_STEPS_PER_GB) / MEMORY_STEPS_PER_GB,
    disk_gb: Math.floor(diskBytes / BYTES_PER_GB) - reserve.disk_gb,
  };
}

/** Size of the file system of a directory, or of the nearest one above that is there. */
function fileSystemBytes(directory: string): number {
  try {
    const { blocks, bsize } = statfsSync(directory);
    return blocks * bsize;
  } catch (cause) {
    const above = dirname(directory);
    if (above === directory) throw cause;
    return fileSystemBytes(above);
  }
}
