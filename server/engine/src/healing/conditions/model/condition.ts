/** Types of conditions: signs that a node is about to fail, and the VMs that leave it. */

/** `severe`: a failure may come at any time; `moderate`: it is more likely than usual. */
export type ConditionSeverity = 'severe' | 'moderate';

/** A condition as an agent sees it. */
export interface SeenCondition {
  /** Such as `disk_failing`. */
  readonly kind: string;
  /** Part that has the condition, such as a disk. */
  readonly subject: string;
  readonly severity: ConditionSeverity;
  /** For people. */
  readonly evidence: string;
}

/** A condition as it is stored. */
export interface KnownCondition extends SeenCondition {
  /** Unit of these: ms since the Unix epoch. */
  readonly firstSeenMs: number;
  /**
   * Time of the last observation, set once the condition clears; until then, the time of the last
   * record.
   */
  readonly lastSeenMs: number;
  /** Since when it is not seen any more; null: it is seen. */
  readonly clearedMs: number | null;
}

/** A node with what is seen and known of it. */
export interface ObservedNode {
  readonly name: string;
  /** Conditions announced by its agent; null while the agent is silent. */
  readonly announced: {
    readonly conditions: readonly (SeenCondition & { readonly sinceMs: number })[];
    /** `partial`: it has not looked everywhere since its start. */
    readonly extent: 'whole' | 'partial';
  } | null;
  readonly known: readonly KnownCondition[];
}

/** A node whose conditions are others now. */
export interface ConditionChange {
  readonly node: string;
  /** The worst first. */
  readonly conditions: readonly KnownCondition[];
  readonly began: readonly KnownCondition[];
  readonly ended: readonly KnownCondition[];
}

/** A node of the fleet with its conditions. */
export interface WatchedNode {
  readonly name: string;
  /** Whether VMs may be placed there. */
  readonly usable: 'yes' | 'no';
  readonly conditions: readonly KnownCondition[];
}

/** A VM that runs on a node with conditions. */
export interface MovableVm {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  /** The higher leaves first. */
  readonly priority: number;
  readonly memoryMib: number;
  /**
   * `cold`: its last live migration has not ended in time, and it may be stopped for the move;
   * `live` unless set.
   */
  readonly manner?: 'live' | 'cold';
  /** A move that was refused is tried again then; null: at once. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
}

/** Everything that a round of moves knows. */
export interface MoveInput {
  readonly nodes: readonly WatchedNode[];
  readonly vms: readonly MovableVm[];
  /** Moves that are under way. */
  readonly underWay: number;
  /** Moves that may be under way at once. */
  readonly movesMax: number;
}

/** A VM that leaves its node now. */
export interface ConditionMove {
  readonly vm: MovableVm;
  /** The worst condition of its node. */
  readonly condition: KnownCondition;
}

/** VMs to move now. */
export interface MovePlan {
  readonly begin: readonly ConditionMove[];
  /** Names of nodes that are no target. */
  readonly avoid: readonly string[];
  /** VMs that are due, and wait for a place among the moves under way. */
  readonly postponed: number;
  /** Reason no VM moves although some should: no other node is without conditions. */
  readonly blocked: 'no-sound-node' | null;
}
