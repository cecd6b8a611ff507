/** Types of placement rules: filters, scorers and what both may read. */

import type { NodeStatus } from '@novacron/contract/fleet/node';
import type { NodeId } from '@novacron/contract/ids';
import type {
  AffinityTerm,
  PlacementNode,
  PlacementRequest,
  PoolName,
  SpreadTerm,
  SuspicionKind,
  TopologyLevel,
  VmRequest,
} from './placement.ts';

/** Dimensions in which a node can be too small. */
export type Dimension = 'cpu' | 'memory' | 'disk';

/** Reason for rejecting a node. */
export type Rejection =
  | {
      readonly reason: Dimension;
      /** In the dimension's unit: cores, MiB or GB. */
      readonly asked: number;
      readonly free: number;
      readonly capacity: number;
    }
  | {
      readonly reason: 'status';
      readonly status: NodeStatus;
      /** Reason why the node is lost, if it is not silent. */
      readonly controlPlane?: 'other';
      readonly suspected?: SuspicionKind;
    }
  | { readonly reason: 'pinned-elsewhere'; readonly pinnedTo: string }
  /** `why`: a clause about the node, where it is not the request that excludes it. */
  | { readonly reason: 'excluded'; readonly why?: string | undefined }
  | { readonly reason: 'zone'; readonly zone: string; readonly zoneWanted: string }
  | { readonly reason: 'node-label'; readonly label: string; readonly wanted: string }
  | { readonly reason: 'taint'; readonly taint: string }
  | { readonly reason: 'network'; readonly network: string }
  | { readonly reason: 'feature'; readonly feature: string }
  | { readonly reason: 'volume'; readonly volume: string }
  | { readonly reason: 'residency'; readonly jurisdiction: string; readonly wanted: string }
  | { readonly reason: 'spot-risk'; readonly risk: number; readonly most: number }
  | { readonly reason: 'licence'; readonly licence: string; readonly limit: number }
  | { readonly reason: 'broken-figures'; readonly figure: string }
  | {
      readonly reason: 'disk-class' | 'bandwidth';
      readonly pool: PoolName;
      /** GB or Mbit/s. */
      readonly lacking: number;
      readonly left: number;
      /** The node does not say how much it has. */
      readonly unknown?: 'yes' | undefined;
    }
  | {
      readonly reason: 'device';
      readonly kind: string;
      readonly count: number;
      /** The node does not say whether it has any. */
      readonly unknown?: 'yes' | undefined;
    }
  | {
      readonly reason: 'numa';
      readonly largestCores: number;
      /** The node does not say its cells. */
      readonly unknown?: 'yes' | undefined;
    }
  | {
      readonly reason: 'affinity' | 'anti-affinity';
      readonly term: AffinityTerm;
      /** VMs that the term selects in the node's place. */
      readonly found: number;
    }
  | {
      readonly reason: 'spread';
      readonly term: SpreadTerm;
      readonly found: number;
      readonly least: number;
    }
  /** A VM placed there has an anti-affinity to this one. */
  | { readonly reason: 'unwelcome'; readonly level: TopologyLevel }
  | { readonly reason: 'failover'; readonly failing: string };

/** Names a kind of rejection. */
export type RejectionReason = Rejection['reason'];

/** A rejected node and all the reasons against it. */
export interface RejectedNode {
  readonly node: PlacementNode;
  /** At least one. */
  readonly rejections: readonly Rejection[];
}

/** Counts of VMs of a kind by place. Places without one are absent. */
export interface Tally {
  readonly total: number;
  readonly byNode: ReadonlyMap<NodeId, number>;
  /** Counts by `rackKey`. */
  readonly byRack: ReadonlyMap<string, number>;
  readonly byZone: ReadonlyMap<string, number>;
}

/** An affinity term and the count of the VMs that it selects. */
export interface CountedAffinity {
  readonly term: AffinityTerm;
  readonly tally: Tally;
  /** Whether the term selects the VM itself: its first one may go anywhere. */
  readonly selectsItself: 'yes' | 'no';
}

/**
 * A spread term, the count of the VMs that it selects, and the count in the emptiest allowed place.
 */
export interface CountedSpread {
  readonly term: SpreadTerm;
  readonly tally: Tally;
  /** VMs in the allowed place that has fewest. */
  readonly least: number;
}

/** A request with the counts of placed VMs that its rules need. */
export interface CountedRequest extends PlacementRequest {
  /** Whether some node has a taint that VMs should avoid. */
  readonly avoided?: 'yes' | 'no' | undefined;
  readonly affinities?: readonly CountedAffinity[] | undefined;
  readonly spreads?: readonly CountedSpread[] | undefined;
  /** Placed VMs with an anti-affinity to this one, each kind with its level. */
  readonly unwelcome?:
    | readonly { readonly level: TopologyLevel; readonly tally: Tally }[]
    | undefined;
}

/** A rule that rejects nodes; returns undefined where it accepts the node. */
export type Filter = (node: PlacementNode, request: CountedRequest) => Rejection | undefined;

/**
 * Inputs of a rule, so that it is evaluated once for all nodes with equal inputs. `place`: the
 * node's markings; `domain`: its zone and rack, and the VMs there; `load`: its capacity and use;
 * `node`: its identity, or the VMs on it.
 */
export type RuleScope = 'place' | 'domain' | 'load' | 'node';

/** A filter with its reason and scope. */
export interface ScopedFilter {
  readonly reason: RejectionReason;
  readonly scope: RuleScope;
  readonly reject: Filter;
  /** Whether it can reject any node for this request; always, when absent. */
  readonly concerns?: ((request: CountedRequest) => boolean) | undefined;
}

/** Inputs of scorers besides the node. */
export interface ScoreView {
  readonly vm: VmRequest;
  /** Similar VMs of the tenant by zone; zones without one are absent. */
  readonly similarByZone: ReadonlyMap<string, number>;
  /** Similar VMs of the tenant by `rackKey`. */
  readonly similarByRack: ReadonlyMap<string, number>;
  /** The request with its counted terms; absent where a scorer is evaluated by itself. */
  readonly request?: CountedRequest | undefined;
}

/** A rule that ranks nodes which can hold the VM. */
export interface Scorer {
  readonly name: string;
  readonly scope: RuleScope;
  /**
   * `share`: 0 to 1, higher is better, used as it is. `count`: 0 and up, fewer is better,
   * normalised by the largest count among the candidates. `range`: any number, lower is better,
   * normalised between the lowest and the highest among the candidates.
   */
  readonly kind: 'share' | 'count' | 'range';
  readonly measure: (node: PlacementNode, view: ScoreView) => number;
  /** The same for all zones at once, or all racks by `rackKey`: an absent one measures 0. */
  readonly counts?:
    | {
        readonly level: 'zone' | 'rack';
        readonly read: (view: ScoreView) => ReadonlyMap<string, number>;
      }
    | undefined;
}

/** A scorer and its weight in the sum, 0 to 1. */
export interface WeightedScorer {
  readonly scorer: Scorer;
  readonly weight: number;
}

/** A node that can hold the VM, with its scores. */
export interface Candidate {
  readonly node: PlacementNode;
  /** Scores by scorer name, 0 to 1, four decimals. */
  readonly scores: Readonly<Record<string, number>>;
  /** Weighted sum of the scores, 0 to 1, four decimals. */
  readonly total: number;
}
