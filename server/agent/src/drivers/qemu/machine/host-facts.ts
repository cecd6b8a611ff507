/** Facts about the driver's host. */

import type { HostDevice } from './host-devices.ts';
import type { HostCell } from './numa/numa-cells.ts';

/** Execution of guests: in hardware or in software. */
export type Accelerator = 'kvm' | 'tcg';

/** Found once, when the agent starts. */
export interface HostFacts {
  readonly accelerator: Accelerator;
  /** Reason for this accelerator, as a clause. */
  readonly acceleratorReason: string;
  /** The CPU model that guests get, by QEMU's name. */
  readonly cpuModel: string;
  /** The same on hosts whose CPUs have the same features. */
  readonly cpuFingerprint: string;
  /** CPU baselines of guests, from the least to the most; none where an operator named a model. */
  readonly cpuBaselines: readonly string[];
  /** NUMA cells to which machines can be bound; none where they cannot. */
  readonly numaCells: readonly HostCell[];
  /** Devices that are left to machines. */
  readonly devices: readonly HostDevice[];
  /** UUID of the machine, as its firmware has it; absent where the agent may not read it. */
  readonly uuid?: string;
  /** Release of QEMU, such as 7.2.22. */
  readonly qemuVersion: string;
}
