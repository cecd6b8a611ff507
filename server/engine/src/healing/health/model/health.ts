/** Types of health: checks, their results, and what follows. */

/** `starting`: not known yet. */
export type HealthState = 'starting' | 'healthy' | 'unhealthy';

/** Thresholds for counting results. */
export interface HealthThresholds {
  /** Passes in a row after which a VM is healthy. */
  readonly healthyAfter: number;
  /** Failures in a row after which it is unhealthy. */
  readonly unhealthyAfter: number;
  /** Period after its start in which failures do not count. Unit: ms. */
  readonly startPeriodMs: number;
}

/** Health of a VM. */
export interface Health {
  readonly state: HealthState;
  /** Equal results in a row: passes are positive, failures negative. */
  readonly streak: number;
  /** Start of the VM, if known. Unit: ms since the Unix epoch. */
  readonly startedAtMs: number;
}

/** Result of a check; `unknown`: it could not run. */
export type CheckResult = 'passed' | 'failed' | 'unknown';

/** A VM with a check. */
export interface CheckedVm {
  readonly id: string;
  /** Name of its node. */
  readonly node: string;
  /** Unit: ms. */
  readonly intervalMs: number;
  /** Start of its last check; null: never. Unit: ms since the Unix epoch. */
  readonly lastMs: number | null;
}

/** Everything that a round knows. */
export interface CheckInput {
  readonly vms: readonly CheckedVm[];
  /** The nodes of checks that are under way, one for each. */
  readonly underWay: readonly string[];
  readonly checksMax: number;
  readonly checksOnNodeMax: number;
}

/** Checks to run now. */
export interface CheckPlan {
  /** Those that are checked now, the most overdue first. */
  readonly check: readonly CheckedVm[];
  /** Time of the next check; null without VMs. Unit: ms since the Unix epoch. */
  readonly nextMs: number | null;
}
