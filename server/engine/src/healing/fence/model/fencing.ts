/** Types of fencing: nodes, and which of them are powered off now. */

/** What other nodes have read of the heartbeat of a node in their shared storage. */
export interface PoolEvidence {
  /** `moves`: it is alive; `stopped`: a healthy node says so, and none says otherwise. */
  readonly kind: 'moves' | 'stopped' | 'unknown';
  /** Names of the nodes that have read it. */
  readonly by: readonly string[];
  /** How many guests ran there when it was written last; null: not known. */
  readonly guests: number | null;
}

/** A node as fencing sees it. */
export interface FenceableNode {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  /** Rack within the zone. */
  readonly rack: string;
  /**
   * `suspected`: silent for some seconds, and its lease has not ended; `silent`: it is lost, and is
   * not known to be off; `idle`: out of service.
   */
  readonly state: 'answers' | 'suspected' | 'silent' | 'dead' | 'idle';
  /** The second channel; null where there is none. */
  readonly pool: PoolEvidence | null;
  /** Whether it was silent a short time ago; it may answer now. */
  readonly wasSilent: boolean;
  /**
   * Whether it was cut off or has stopped its VMs some time ago, and is still silent: its failure
   * was dealt with, and has no cause in common with one of now.
   */
  readonly isSettled: boolean;
  /** How long it has been silent, while this server was listening. Unit: ms. */
  readonly silentMs: number;
  readonly hasDevice: boolean;
  /** How many of its VMs are to run on another node then. */
  readonly vms: number;
  /** Whether it is being powered off, or cut off from its storage. */
  readonly underWay: boolean;
  /** When it may be tried again, after a failure; null: at once. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
  /** The storage fences of its storages; null where there is none. */
  readonly storage: StorageLevel | null;
}

/** What storage fences can do for a node. */
export interface StorageLevel {
  /** How many of its VMs would be given away that are not yet: all of their disks are there. */
  readonly vms: number;
  /** When it may be tried again, after a failure; null: at once. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
}

/** Everything that a round knows. */
export interface FencingInput {
  readonly nodes: readonly FenceableNode[];
  /** How long a node is silent before it is powered off. Unit: ms. */
  readonly afterMs: number;
}

/** Silent nodes that are left alone, because a large share of a zone has a common cause. */
export interface HeldZone {
  /** Null: the whole fleet. */
  readonly zone: string | null;
  /** The rack, where all nodes of it are silent; null: the whole zone. */
  readonly rack: string | null;
  /** Names of the nodes that are or just were silent, sorted. */
  readonly silent: readonly string[];
  /** How many nodes are in service there. */
  readonly of: number;
}

/** What happens now. */
export interface FencingPlan {
  /** Those that are powered off, by name. */
  readonly fence: readonly FenceableNode[];
  /** Those that are cut off from their storage, by name: their power could not be switched. */
  readonly cutOff: readonly FenceableNode[];
  readonly held: readonly HeldZone[];
  /** Those that are alive, whatever servers hear, by name: none of them is powered off. */
  readonly alive: readonly FenceableNode[];
}

/** A node that stops some of its VMs by itself when it is isolated. */
export interface GuardedNode
  extends Pick<
    FenceableNode,
    'id' | 'name' | 'zone' | 'rack' | 'state' | 'wasSilent' | 'isSettled'
  > {
  /** What it had confirmed in the heartbeat that was stored last; null: it guards nothing. */
  readonly guard: {
    /** By then after the sending of that heartbeat the VMs run no more, by its clock. Unit: ms. */
    readonly leaseMs: number;
    /** How many VMs. */
    readonly vms: number;
  } | null;
  /**
   * For how long this server has seen that heartbeat as the last one, by a clock that is never set:
   * at most the time since it was stored. Unit: ms.
   */
  readonly storedMs: number;
  /** Whether that has been recorded already. */
  readonly isOver: boolean;
}

/** Everything that a round of time fences knows. */
export interface LeaseFencingInput {
  readonly nodes: readonly GuardedNode[];
  /** How much faster the clock of this server may run than that of a node: 0.01 is 1 %. */
  readonly driftRatioMax: number;
}

/** What is over now. */
export interface LeaseFencingPlan {
  /** Nodes whose guarded VMs run no more, by name. */
  readonly over: readonly GuardedNode[];
  readonly held: readonly HeldZone[];
}
