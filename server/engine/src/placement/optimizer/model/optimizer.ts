/** Types of the optimizer: goals, limits and moves. */
import type { VmId } from '@novacron/contract/ids';
import type { Micros } from '../../../cost/model/price-list.ts';
import type { Amounts, PlacementNode, PlacementRequest } from '../../place/model/placement.ts';

/** A VM, or a reservation, on its node. */
export interface ResidentVm {
  readonly id: VmId;
  readonly tenantId: string;
  /** Name of its node. */
  readonly node: string;
  readonly request: PlacementRequest;
  /** The highest leaves a node first; 0 to 100, all equal when absent. */
  readonly priority?: number | undefined;
  /** `off`: it moves switched off (cold migration); absent: it runs, and moves live. */
  readonly power?: 'off' | undefined;
  /**
   * Room that is reserved for it on another node, and counts among what that node has in use;
   * absent where there is none. A move to that node uses it.
   */
  readonly standbyRoom?: { readonly node: string; readonly amounts: Amounts } | undefined;
  /**
   * Names of the nodes from which it can be started elsewhere when they are lost; absent where it
   * does not ask for that, or cannot be started elsewhere now. Only a drain moves it to others, and
   * to these last.
   */
  readonly restartableOn?: ReadonlySet<string> | undefined;
  /** Reason why it cannot be moved now, in words that follow its name; absent if it can. */
  readonly immovable?: string | undefined;
}

/** Weights of the unevenness of dimensions; 0 and up. */
export interface ImbalanceWeights {
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  /** Counts VMs, where the others are shares of the capacity. */
  readonly vms: number;
}

/** VMs of one size that a forecast expects besides those that are there. */
export interface ExpectedVms {
  /** Name of the group that grows by them. */
  readonly group: string;
  readonly tenantId: string;
  /** Placement request of each of these VMs. */
  readonly request: PlacementRequest;
  /** Number of VMs; 0 and up. */
  readonly count: number;
}

/**
 * The goal. `drain`: a node without VMs; `rebalance`: even use of all nodes; `consolidate`: empty
 * nodes, which may be switched off; `defragment`: free room in pieces of a size; `reduce_cost`: the
 * nodes with VMs cost less.
 */
export type ImprovementGoal =
  | {
      readonly kind: 'drain';
      readonly node: string;
      /** The VMs that cannot move are stopped; absent: they prevent the drain. */
      readonly stops?: 'what-stays' | undefined;
    }
  | { readonly kind: 'rebalance'; readonly weights?: ImbalanceWeights | undefined }
  | {
      readonly kind: 'consolidate' | 'reduce_cost';
      /** Share of the capacity left in service that must stay free, 0 to 1. */
      readonly headroomRatio: number;
    }
  /** The size of the largest VM of the fleet when absent. */
  | { readonly kind: 'defragment'; readonly size?: Amounts | undefined };

/** What nodes cost their operator. */
export interface NodePrices {
  /** Name of the price list. */
  readonly list: string;
  readonly currency: string;
  /** Per hour, by the name of the node; a node that is absent has no known cost. */
  readonly rates: ReadonlyMap<string, Micros>;
}

/** Everything that a plan is made from. */
export interface ImprovementInput {
  readonly goal: ImprovementGoal;
  /** Absent where there is no price list. */
  readonly prices?: NodePrices | undefined;
  readonly nodes: readonly PlacementNode[];
  /** All VMs of all tenants. */
  readonly vms: readonly ResidentVm[];
  /** Most moves of a plan; a drain needs as many as the node has VMs. */
  readonly movesMax: number;
  /**
   * `keep`: no move, not even while it is under way, leaves a node's VMs without room to restart
   * elsewhere that had it before; `ignore`: it may.
   */
  readonly failover: 'keep' | 'ignore';
  /** A consolidation leaves room for them; none when absent. */
  readonly expected?: readonly ExpectedVms[] | undefined;
  /** Names of the nodes that a consolidation does not empty, such as those woken a while ago. */
  readonly held?: ReadonlySet<string> | undefined;
}

/** A node on standby that can be woken. */
export interface SleepingNode {
  readonly name: string;
  /** Time to wake the node. Unit: ms. */
  readonly wakeMs: number;
}

/** Everything that waking is planned from. */
export interface WakingInput extends Pick<ImprovementInput, 'nodes' | 'vms'> {
  /** Those that can be woken now. */
  readonly sleeping: readonly SleepingNode[];
  /** Names of the nodes that are being woken: their room counts. */
  readonly waking: ReadonlySet<string>;
  /** VMs that are expected by the time that a node that is woken now is awake. */
  readonly expected: readonly ExpectedVms[];
}

/** Capacity that is missing for the expected VMs. */
export interface Shortage {
  /** Number of expected VMs without room on nodes in service. */
  readonly vms: number;
  /** Nodes whose VMs could not restart elsewhere with them, and could without them; names. */
  readonly unguarded: readonly string[];
}

/** Nodes to wake, and why. */
export interface WakingPlan {
  /** Names; the first ones wake soonest. */
  readonly wake: readonly string[];
  readonly expected: readonly ExpectedVms[];
  /** With the nodes in service, and with those that are woken. */
  readonly before: Shortage;
  readonly after: Shortage;
}

/**
 * Why a consolidation leaves a node in service. `held`: it was woken a while ago; `expected`: for
 * VMs that are expected; `headroom`: the others would have too little free; `failover`: N+1;
 * `full`: its VMs have no place elsewhere; `dearer`: the nodes that they would go to cost as much;
 * `last`: of the fewest nodes that stay in service.
 */
export type KeptReason = 'held' | 'expected' | 'headroom' | 'failover' | 'full' | 'dearer' | 'last';

/** A node that a consolidation leaves in service, and why. */
export interface KeptNode {
  readonly name: string;
  readonly why: KeptReason;
  /** Why the first VM that has no place stays; of a node that is `full` only. */
  readonly detail?: string | undefined;
}

/** What a plan changes in the cost of nodes. */
export interface PlanCost {
  /** null: there is no price list. */
  readonly currency: string | null;
  /** Decrease of what the nodes with VMs cost per hour; negative: they cost more; null: unknown. */
  readonly savings: Micros | null;
  /** What the moves cost, once; null: unknown. */
  readonly moves: Micros | null;
  /** Time until the savings have paid for the moves; null: never, or unknown. Unit: hours. */
  readonly paybackHours: number | null;
  /** Why the savings are unknown; null: they are known. */
  readonly unknown: string | null;
}

/** One migration. */
export interface PlannedMove {
  /** `cold`: of a VM that is switched off, and stays so. */
  readonly manner: 'live' | 'cold';
  readonly vmId: VmId;
  readonly vm: string;
  readonly tenantId: string;
  /** Names of nodes. */
  readonly from: string;
  readonly to: string;
  /** Memory to copy: none of a VM that is switched off. Unit: MiB. */
  readonly memoryMib: number;
  /** Imbalance of the fleet once it is done. */
  readonly imbalance: number;
}

/** State of a fleet, in the measures that goals refer to. */
export interface FleetSummary {
  /** Weighted sum of the standard deviations of use over the nodes in service; 0 is even. */
  readonly imbalance: number;
  /** Nodes with VMs. */
  readonly nodesInUse: number;
  /** Number of further VMs of the requested size that have room. */
  readonly slots: number;
  /** Names of the nodes whose VMs have no room to restart elsewhere. */
  readonly unguarded: readonly string[];
}

/** A VM that should move and cannot. */
export interface LeftVm {
  readonly vmId: VmId;
  readonly vm: string;
  readonly tenantId: string;
  readonly why: string;
  /** Whether N+1 alone keeps it: without that rule it could move. */
  readonly byFailover: boolean;
}

/** Moves to be made one after another, the effort and what they bring. */
export interface ImprovementPlan {
  readonly goal: ImprovementGoal;
  readonly moves: readonly PlannedMove[];
  /** Nodes that are empty in the end and take no VMs. */
  readonly emptied: readonly string[];
  /** VMs in the way of the goal; a drain with any is not carried out. */
  readonly left: readonly LeftVm[];
  /** Nodes that a consolidation could have emptied, and does not. */
  readonly kept: readonly KeptNode[];
  readonly before: FleetSummary;
  readonly after: FleetSummary;
  /** Memory to copy; unit: MiB. */
  readonly copiedMib: number;
  /** Copying time at `COPY_MIB_PER_SECOND`; unit: seconds. */
  readonly durationS: number;
  readonly cost: PlanCost;
}

/** Reason for rejecting a move. */
export type MoveRefusal = 'room' | 'marks' | 'rules' | 'failover';
