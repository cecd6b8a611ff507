/** Types of restarts: the VMs that stopped by themselves, and what happens to each. */

/** When a VM is started again: RestartPolicy of Kubernetes, `Restart=` of systemd. */
export type RestartPolicy = 'never' | 'on-failure' | 'always';

/**
 * How a VM ended. `shutdown`: its guest switched it off; `failure`: a crash, a panic, a disk error,
 * a restart of its host, or one of its guest that did not come back.
 */
export type Ending = 'shutdown' | 'failure';

/** A VM that should run and is stopped. */
export interface StoppedVm {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Name of the node where it is. */
  readonly node: string;
  /** As the VM has it: the higher begins first. */
  readonly priority: number;
  readonly policy: RestartPolicy;
  readonly ending: Ending;
  /** Starts in a row after which it is given up; at least 1. */
  readonly attemptsMax: number;
  /** When it was started again since a user last changed it, oldest first. Unit: Unix ms. */
  readonly startsMs: readonly number[];
  /** How long it runs after a start that ends the row. Unit: ms. */
  readonly stableMs: number;
  /** After how many starts in a row it was given up; null: it is not. */
  readonly givenUpAfter: number | null;
  /** When it may be tried again, after a refusal; null: at once. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
}

/** Everything that a round knows. */
export interface RestartInput {
  readonly vms: readonly StoppedVm[];
  /** The names of the nodes of starts that are under way, one for each. */
  readonly startingOn: readonly string[];
  /** How many starts may be under way in the fleet, and on one node. */
  readonly startsMax: number;
  readonly startsOnNodeMax: number;
}

/** A VM, and how often it was started in a row before. */
export interface Attempted {
  readonly vm: StoppedVm;
  readonly attempts: number;
}

/** What happens to each VM whose policy asks for a restart. */
export interface RestartPlan {
  /** In the order in which they start. */
  readonly begin: readonly Attempted[];
  /** Those that wait for their next attempt, until `atMs` (ms since the Unix epoch). */
  readonly wait: readonly (Attempted & { readonly atMs: number })[];
  /** Those that are not started again until a user does so. */
  readonly giveUp: readonly Attempted[];
  /** How many that could start wait until others have started. */
  readonly postponed: number;
}
