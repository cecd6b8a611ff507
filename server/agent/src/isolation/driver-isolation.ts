/** Interface of a node's hypervisor for a guard. */
import type { GuestProcess } from './guest-processes.ts';
import type { KilledVms } from './isolation-guard.ts';

/** Stops the VMs of an isolated node. */
export interface DriverIsolation {
  /** The processes of all guests that run, may run or are started; none of simulated ones. */
  readonly guests: () => readonly GuestProcess[];
  /** Hears, before a new guest runs, that they have changed. @returns a function that ends it */
  readonly subscribe: (listener: () => void) => () => void;
  /** Stops machines that have no processes; absent: they have. */
  readonly kill?: (vms: ReadonlySet<string>) => KilledVms;
  /** Takes note of why machines have stopped. */
  readonly note: (vms: readonly string[]) => void;
  /** After a restart of the host these machines wait for a server. */
  readonly keep: (vms: readonly string[]) => void;
}

/** Settings for stopping a node's VMs when it is isolated. */
export interface NodeGuard {
  /** Unit: ms. */
  readonly leaseMs: number;
  /** The processes of all guests; none of simulated ones. */
  readonly guests: () => readonly GuestProcess[];
  /** Hears, before a new guest runs, that they have changed. @returns a function that ends it */
  readonly subscribe: (listener: () => void) => () => void;
  /** Stops guests that have no processes; absent: they have. */
  readonly kill?: (vms: ReadonlySet<string>) => KilledVms;
  readonly onKilled: (vms: readonly string[]) => void;
}
