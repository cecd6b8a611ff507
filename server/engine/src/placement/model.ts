/** The words of placement: what is asked, what there is, and what is answered. */
import type { NodeId } from '@novacron/contract/ids';
import type { NodeStatus } from '@novacron/contract/node';
import type { PlacementDecision } from '@novacron/contract/placement';

/** An amount of each dimension that a node gives and a VM takes. */
export interface Amounts {
  /** Unit: cores. */
  readonly cpuCores: number;
  /** Unit: MiB. */
  readonly memoryMib: number;
  /** Unit: GB. */
  readonly diskGb: number;
}

/** Labels: names and values. */
export type Labels = Readonly<Record<string, string>>;

/** The VM to place. */
export interface VmAsk extends Amounts {
  readonly name: string;
  readonly labels: Labels;
}

/** A node as the planner sees it. */
export interface PlacementNode {
  readonly id: NodeId;
  /** Unique in the fleet. */
  readonly name: string;
  readonly zone: string;
  /** Unique within its zone. */
  readonly rack: string;
  readonly status: NodeStatus;
  /** What the node can promise. */
  readonly capacity: Amounts;
  /** What is promised already, to VMs and reservations alike. */
  readonly used: Amounts;
  /** VMs on the node, of all tenants. */
  readonly vmCount: number;
}

/** A VM of the same tenant that has its place already. */
export interface Peer {
  readonly nodeId: NodeId;
  readonly labels: Labels;
}

/** What the request insists on. */
export interface PlacementConstraints {
  /** Name of the only node that will do. */
  readonly node?: string | undefined;
  /** Names of nodes that will not do. */
  readonly excludeNodes?: readonly string[] | undefined;
  /** The only zone that will do. */
  readonly zone?: string | undefined;
}

/**
 * What the fleet's owner prefers. `balanced`: even use of all nodes; `pack`: few nodes, full;
 * `spread`: like VMs far from each other.
 */
export type PlacementStrategy = 'balanced' | 'pack' | 'spread';

/** Everything that a placement is decided from, besides `env`. */
export interface PlacementInput {
  readonly vm: VmAsk;
  readonly nodes: readonly PlacementNode[];
  /** The tenant's placed VMs; may be empty. */
  readonly peers: readonly Peer[];
  readonly constraints: PlacementConstraints;
  readonly strategy: PlacementStrategy;
}

/** The chosen node and everything there is to say about the choice. */
export interface PlacementPlan {
  readonly nodeId: NodeId;
  readonly decision: PlacementDecision;
}

/** Dimensions in which a node can be too small. */
export type Dimension = 'cpu' | 'memory' | 'disk';

/** Why a node is refused. */
export type Rejection =
  | {
      readonly reason: Dimension;
      /** In the dimension's unit: cores, MiB or GB. */
      readonly asked: number;
      readonly free: number;
      readonly capacity: number;
    }
  | { readonly reason: 'status'; readonly status: NodeStatus }
  | { readonly reason: 'pinned-elsewhere'; readonly pinnedTo: string }
  | { readonly reason: 'excluded' }
  | { readonly reason: 'zone'; readonly zone: string; readonly zoneWanted: string };

/** Names a kind of rejection. */
export type RejectionReason = Rejection['reason'];

/** A node and all the reasons against it. */
export interface RejectedNode {
  readonly node: PlacementNode;
  /** At least one. */
  readonly rejections: readonly Rejection[];
}

/** A rule that refuses nodes; undefined where it has nothing against the node. */
export type Filter = (node: PlacementNode, input: PlacementInput) => Rejection | undefined;

/** What scorers know besides the node. */
export interface ScoreView {
  readonly vm: VmAsk;
  /** Like VMs of the tenant by zone; zones without one are absent. */
  readonly likeByZone: ReadonlyMap<string, number>;
  /** Like VMs of the tenant by {@link rackKey}. */
  readonly likeByRack: ReadonlyMap<string, number>;
}

/** A rule that ranks nodes which can hold the VM. */
export interface Scorer {
  readonly name: string;
  /**
   * `share`: 0 to 1, higher is better, taken as it is. `count`: 0 and up, fewer is better, set
   * against the largest count among the candidates.
   */
  readonly kind: 'share' | 'count';
  readonly measure: (node: PlacementNode, view: ScoreView) => number;
}

/** A scorer and its part in the sum, 0 to 1. */
export interface WeightedScorer {
  readonly scorer: Scorer;
  readonly weight: number;
}

/** A node that can hold the VM, with its scores. */
export interface Candidate {
  readonly node: PlacementNode;
  /** By scorer name, 0 to 1, four decimals. */
  readonly scores: Readonly<Record<string, number>>;
  /** Weighted sum of the scores, 0 to 1, four decimals. */
  readonly total: number;
}
