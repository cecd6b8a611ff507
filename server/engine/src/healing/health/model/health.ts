/** Types of health: checks, their results, and what follows. */

/** `starting`: not known yet. */
export type HealthState = 'starting' | 'healthy' | 'unhealthy';

/** How results are counted. */
export interface HealthThresholds {
  /** Passes in a row after which a VM is healthy. */
  readonly healthyAfter: number;
  /** Failures in a row after which it is unhealthy. */
  readonly unhealthyAfter: number;
  /** How long after its start failures do not count. Unit: ms. */
  readonly startPeriodMs: number;
}

/** What is known of the health of a VM. */
export interface Health {
  readonly state: HealthState;
  /** Equal results in a row: passes are positive, failures negative. */
  readonly streak: number;
  /** When the VM was started, as far as is known. Unit: ms since the Unix epoch. */
  readonly startedAtMs: number;
}

/** What one check came to; `unknown`: it could not be made. */
export type CheckResult = 'passed' | 'failed' | 'unknown';

/** A VM with a check. */
export interface CheckedVm {
  readonly id: string;
  /** Name of its node. */
  readonly node: string;
  /** Unit: ms. */
  readonly intervalMs: number;
  /** When its last check began; null: never. Unit: ms since the Unix epoch. */
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

/** What happens now. */
export interface CheckPlan {
  /** Those that are checked now, the most overdue first. */
  readonly check: readonly CheckedVm[];
  /** When the next one is due. Unit: ms since the Unix epoch; null without VMs. */
  readonly nextMs: number | null;
}
