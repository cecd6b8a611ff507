/** Limits of a QEMU process: the size of its guest, and overhead of QEMU itself. Pure. */

/** Limits of a process. */
export interface ProcessLimits {
  readonly memoryBytes: number;
  /** Processor time; 100 is one processor of the host. */
  readonly cpuPercent: number;
}

const BYTES_PER_MIB = 1_048_576;

/**
 * QEMU takes memory for devices, queues, migrations and the page cache of its files besides its
 * guest's, in part by the size of the guest. A limit that is met kills the VM, so this is more than
 * was ever measured: it stops a leak, and no guest.
 */
const OVERHEAD_RATIO = 0.25;
const OVERHEAD_MIB = 1_024;

/** The cache of translated code of TCG; its default is at most 1 GiB. */
const TRANSLATION_MIB = 1_024;

const PERCENT_PER_CORE = 100;

/** One processor for what is not a core of the guest: disks, network, migration. */
const OTHER_CORES = 1;

/** Properties of a machine's hardware that determine its limits. */
export interface LimitedHardware {
  readonly accelerator: 'kvm' | 'tcg';
  readonly cpu_cores: number;
  readonly memory_mib: number;
}

/** The limits of a machine with some hardware. */
export function planLimits(hardware: LimitedHardware): ProcessLimits {
  const { accelerator, cpu_cores, memory_mib } = hardware;
  const translation = accelerator === 'tcg' ? TRANSLATION_MIB : 0;
  const memoryMib = Math.ceil(memory_mib * (1 + OVERHEAD_RATIO)) + OVERHEAD_MIB + translation;
  return {
    memoryBytes: memoryMib * BYTES_PER_MIB,
    cpuPercent: (cpu_cores + OTHER_CORES) * PERCENT_PER_CORE,
  };
}
