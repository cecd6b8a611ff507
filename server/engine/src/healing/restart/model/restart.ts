/** Types of restarts: the VMs that stopped by themselves, and what happens to each. */

/** Restart policy of a VM: RestartPolicy of Kubernetes, `Restart=` of systemd. */
export type RestartPolicy = 'never' | 'on-failure' | 'always';

/**
 * Reason why a VM stopped. `shutdown`: its guest shut down; `failure`: a crash, a panic, a disk
 * error, a restart of its host, or a restart of its guest that did not complete.
 */
export type Ending = 'shutdown' | 'failure';

/** A VM that should run and is stopped. */
export interface StoppedVm {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Name of the node where it is. */
  readonly node: string;
  /** Priority of the VM; higher values begin first. */
  readonly priority: number;
  readonly policy: RestartPolicy;
  readonly ending: Ending;
  /** Starts in a row after which it is given up; at least 1. */
  readonly attemptsMax: number;
  /** Times of restarts since a user last changed it, oldest first. Unit: Unix ms. */
  readonly startsMs: readonly number[];
  /** Uptime after a start that ends the series of consecutive starts. Unit: ms. */
  readonly stableMs: number;
  /** After how many starts in a row it was given up; null: it is not. */
  readonly givenUpAfter: number | null;
  /** Earliest retry after a refusal; null: immediately. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
}

/** Everything that a round knows. */
export interface RestartInput {
  readonly vms: readonly StoppedVm[];
  /** The names of the nodes of starts that are under way, one for each. */
  readonly startingOn: readonly string[];
  /** Maximum number of concurrent starts in the fleet, and on one node. */
  readonly startsMax: number;
  readonly startsOnNodeMax: number;
}

/** A VM, and how often it was started in a row before. */
export interface Attempted {
  readonly vm: StoppedVm;
  readonly attempts: number;
}

/** Actions for VMs whose policy requests a restart. */
export interface RestartPlan {
  /** In the order in which they start. */
  readonly begin: readonly Attempted[];
  /** Those that wait for their next attempt, until `atMs` (ms since the Unix epoch). */
  readonly wait: readonly (Attempted & { readonly atMs: number })[];
  /** Those that are not started again until a user does so. */
  readonly giveUp: readonly Attempted[];
  /** Number of VMs that could start but wait for other starts. */
  readonly postponed: number;
}
