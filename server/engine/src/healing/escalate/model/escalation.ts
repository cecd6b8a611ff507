/** Types of escalation: VMs that restarts have not helped, and what is tried next for each. */

/** What the guest of a VM has been seen to use, and to say. */
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
  /** As the VM has it: the higher begins first. */
  readonly priority: number;
  readonly fault: 'crash_loop' | 'unhealthy';
  readonly size: VmSize;
  /** Null: it may not grow. */
  readonly ceiling: SizeCeiling | null;
  readonly signs: GuestSigns;
  /** How often it has grown since its owner set its size. */
  readonly growths: number;
  /** When it has grown last; null: never. Unit: ms since the Unix epoch. */
  readonly lastGrowthMs: number | null;
  /** When it may be tried again, after a refusal; null: at once. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
}

/** What a guest has too little of, and what shows it. */
export interface Shortage {
  readonly resource: 'memory' | 'cpu';
  /** A clause for people. */
  readonly text: string;
}

/** Everything that a round knows. */
export interface EscalationInput {
  readonly vms: readonly GivenUpVm[];
  /** How many VMs are growing now, and how many may be. */
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
 * Why a VM does not grow. `not_allowed`: its owner allows no other size; `no_shortage`: nothing
 * shows that memory or CPU is short; `at_ceiling`: it has the largest size; `attempts`: it has
 * grown as often as it may.
 */
export type GrowthGap = 'not_allowed' | 'no_shortage' | 'at_ceiling' | 'attempts';

/** What happens to each VM. */
export interface EscalationPlan {
  /** In the order in which they begin. */
  readonly begin: readonly Growth[];
  /** Those that wait until `atMs` (ms since the Unix epoch). */
  readonly wait: readonly { readonly growth: Growth; readonly atMs: number }[];
  /** Those that people have to look at. */
  readonly left: readonly { readonly vm: GivenUpVm; readonly why: GrowthGap }[];
  /** How many that could begin wait until others have ended. */
  readonly postponed: number;
}
