/** Types of recovery: the VMs of dead nodes, and those that start elsewhere now. */

/** A VM that waits for a start on another node. */
export interface WaitingVm {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Priority of the VM; higher values begin first. */
  readonly priority: number;
  /** Unit: MiB. */
  readonly memoryMib: number;
  /** Earliest retry after a refusal; null: immediately. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
}

/** Everything that a round knows. */
export interface RecoveryInput {
  readonly vms: readonly WaitingVm[];
  /** Number of running recoveries in the fleet. */
  readonly underWay: number;
  /** Maximum number of running recoveries. */
  readonly underWayMax: number;
}

/** Recoveries to begin now. */
export interface RecoveryPlan {
  /** In the order in which they begin. */
  readonly begin: readonly WaitingVm[];
  /** Number of VMs that could begin but wait for other recoveries to end. */
  readonly postponed: number;
}
