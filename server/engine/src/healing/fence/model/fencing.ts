/** Types of fencing: nodes, and which of them are powered off now. */

/** Heartbeat of a node as other nodes read it in shared storage. */
export interface PoolEvidence {
  /** `moves`: it is alive; `stopped`: a healthy node says so, and none says otherwise. */
  readonly kind: 'moves' | 'stopped' | 'unknown';
  /** Names of the nodes that have read it. */
  readonly by: readonly string[];
  /** Number of guests on the node at the last write of the heartbeat; null: unknown. */
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
  /** Duration of its silence while this server was listening. Unit: ms. */
  readonly silentMs: number;
  readonly hasDevice: boolean;
  /** Number of its VMs that are then to run on another node. */
  readonly vms: number;
  /** Whether it is being powered off, or cut off from its storage. */
  readonly underWay: boolean;
  /** Earliest retry after a failure; null: immediately. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
  /** The storage fences of its storages; null where there is none. */
  readonly storage: StorageLevel | null;
}

/** Effect that storage fences can have on a node. */
export interface StorageLevel {
  /**
   * Number of its VMs, not yet handed over, that could be: those with all disks on these storages.
   */
  readonly vms: number;
  /** Earliest retry after a failure; null: immediately. Unit: ms since the Unix epoch. */
  readonly notBeforeMs: number | null;
}

/** Everything that a round knows. */
export interface FencingInput {
  readonly nodes: readonly FenceableNode[];
  /** Silence after which a node is powered off. Unit: ms. */
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
  /** Number of nodes in service in the zone or rack. */
  readonly of: number;
}

/** Actions of this round. */
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
  /** Guard confirmed in the node's last stored heartbeat; null: it guards nothing. */
  readonly guard: {
    /**
     * Time after sending that heartbeat by which the VMs have stopped, by the node's clock. Unit:
     * ms.
     */
    readonly leaseMs: number;
    /** Number of guarded VMs. */
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
  /** Maximum ratio by which this server's clock may run faster than a node's: 0.01 is 1 %. */
  readonly driftRatioMax: number;
}

/** Time fences that have taken effect now. */
export interface LeaseFencingPlan {
  /** Nodes whose guarded VMs run no more, by name. */
  readonly over: readonly GuardedNode[];
  readonly held: readonly HeldZone[];
}
