/** Types of escalation: VMs that restarts have not helped, and what is tried next for each. */

/** Observed resource use and console output of a VM's guest. */
export interface GuestSigns {
  /** The last lines of its console, as plain text; none where it was not given up. */
  readonly console: readonly string[];
  /** Share of its memory that the guest could still use, 0 to 1, by measurement, oldest first. */
  readonly memoryAvailableRatios: readonly number[];
  /** Share of its CPU cores that was in use, 0 to 1, by measurement, oldest first. */
  readonly cpuUsedRatios: readonly number[];
}

/** The size of a VM. */
export interface VmSize {
  readonly memoryGb: number;
  readonly cpuCores: number;
}

/** The largest size that the owner of a VM allows; null: that resource does not grow. */
export interface SizeCeiling {
  readonly memoryGb: number | null;
  readonly cpuCores: number | null;
}

/** A VM that restarts have not helped: it was given up. */
export interface GivenUpVm {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Priority of the VM; higher values begin first. */
  readonly priority: number;
  readonly fault: 'crash_loop' | 'unhealthy';
  readonly size: VmSize;
  /** Null: it may not grow. */
  readonly ceiling: SizeCeiling | null;
  readonly signs: GuestSigns;
  /** Number of growths since the owner set the size. */
  readonly growths: number;
  /** Time of the last growth; null: never. Unit: ms since the Unix epoch. */
  readonly lastGrowthMs: number | null;
  /** Earliest retry after a refusal; null: immediately. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
}

/** Resource that a guest is short of, and the evidence. */
export interface Shortage {
  readonly resource: 'memory' | 'cpu';
  /** A clause for people. */
  readonly text: string;
}

/** Everything that a round knows. */
export interface EscalationInput {
  readonly vms: readonly GivenUpVm[];
  /** Number of VMs that are growing now, and its limit. */
  readonly growing: number;
  readonly growingMax: number;
}

/** A VM that gets another size. */
export interface Growth {
  readonly vm: GivenUpVm;
  readonly to: VmSize;
  readonly shortages: readonly Shortage[];
}

/**
 * Reason why a VM does not grow. `not_allowed`: its owner allows no other size; `no_shortage`: no
 * evidence that memory or CPU is short; `at_ceiling`: it has the largest size; `attempts`: it has
 * reached the maximum number of growths.
 */
export type GrowthGap = 'not_allowed' | 'no_shortage' | 'at_ceiling' | 'attempts';

/** Planned growth of each VM. */
export interface EscalationPlan {
  /** In the order in which they begin. */
  readonly begin: readonly Growth[];
  /** Those that wait until `atMs` (ms since the Unix epoch). */
  readonly wait: readonly { readonly growth: Growth; readonly atMs: number }[];
  /** Those that people have to look at. */
  readonly left: readonly { readonly vm: GivenUpVm; readonly why: GrowthGap }[];
  /** Number of VMs that could grow but wait for other growths to end. */
  readonly postponed: number;
}
