/** Types of recovery: the VMs of dead nodes, and those that start elsewhere now. */

/** A VM that waits for a start on another node. */
export interface WaitingVm {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** As the VM has it: the higher begins first. */
  readonly priority: number;
  /** Unit: MiB. */
  readonly memoryMib: number;
  /** When it may be tried again, after a refusal; null: at once. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
}

/** Everything that a round knows. */
export interface RecoveryInput {
  readonly vms: readonly WaitingVm[];
  /** How many recoveries are under way in the fleet. */
  readonly underWay: number;
  /** How many may be, at most. */
  readonly underWayMax: number;
}

/** What begins now. */
export interface RecoveryPlan {
  /** In the order in which they begin. */
  readonly begin: readonly WaitingVm[];
  /** How many that could begin wait for others to end. */
  readonly postponed: number;
}
