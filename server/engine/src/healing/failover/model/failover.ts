/** Types of failover: VMs that have to find room elsewhere when nodes are lost. */
import type { ResidentVm } from '../../../placement/optimizer/model/optimizer.ts';
import type { Amounts, PlacementNode } from '../../../placement/place/model/placement.ts';

/** A VM, or a reservation, on its node. */
export interface FailoverVm extends Omit<ResidentVm, 'id'> {
  readonly id: string;
  /** Present if it is to start on another node when its own is lost. */
  readonly restart?: Restartable | undefined;
  /** Name of the node with room that is reserved for it, taken already; it starts there first. */
  readonly standby?: string | undefined;
}

/** Requirements of a restart on another node besides room and rules. */
export interface Restartable {
  /** Names of the nodes that reach its disks; the same object for VMs with the same storage. */
  readonly reach: ReadonlySet<string>;
}

/** The fleet of one moment. */
export interface FailoverInput {
  readonly nodes: readonly PlacementNode[];
  /** All VMs of all tenants. */
  readonly vms: readonly FailoverVm[];
}

/**
 * Reason why a VM cannot start on any node. `room`: the nodes that it may use have too little free
 * capacity; `others`: rules about other VMs exclude all nodes that have room; `nowhere`: its own
 * rules and its disks allow none of the remaining nodes, regardless of other VMs; `unreserved`: it
 * needs a resource for which no room is reserved.
 */
export type WhyStranded = 'room' | 'others' | 'nowhere' | 'unreserved';

/** A VM of a lost node. */
export interface LossOutcome {
  readonly vm: FailoverVm;
  /** Name of the node on which it starts; undefined where it starts on none. */
  readonly to: string | undefined;
  /** Names of further nodes that have room for it; at most `ALTERNATIVES_MAX`. */
  readonly alternatives: readonly string[];
  readonly why: WhyStranded | undefined;
}

/** Outcome of losing some nodes, in the order in which VMs start. */
export interface LossPlan {
  /** Names of the lost nodes. */
  readonly lost: readonly string[];
  readonly outcomes: readonly LossOutcome[];
}

/** A write that takes room of a node, already part of the fleet that is checked. */
export interface RoomTaken {
  /** The id of the VM or reservation. */
  readonly id: string;
  /** Name of the node. */
  readonly node: string;
  /** The id of the VM, if it is to start elsewhere when its node is lost. */
  readonly vmId: string | undefined;
}

/** Request for a failover check. */
export interface FailoverCheck {
  /** Maximum number of nodes lost at once, including those that are lost now. */
  readonly nodesMax: number;
  /** Only losses that these writes have a part in count; all of them when absent. */
  readonly taken?: readonly RoomTaken[] | undefined;
}

/**
 * Whether the VMs of any set of nodes of that size can start elsewhere. `uncovered`: not those of
 * these nodes; `unproven`: there are too many sets of nodes to try, and the bound does not decide
 * it.
 */
export type FailoverVerdict =
  | {
      readonly kind: 'safe';
      /** Writes of one unit that may follow before it has to be checked again; 0 and up. */
      readonly slack: number;
      /** The unit: the largest VM that has to start elsewhere, by dimension. */
      readonly slot: Amounts;
    }
  | { readonly kind: 'uncovered'; readonly plan: LossPlan }
  | { readonly kind: 'unproven' };
