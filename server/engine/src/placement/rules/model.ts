/** The words of the rules: what a filter says, what a scorer measures, what both may know. */

import type { NodeStatus } from '@novacron/contract/fleet/node';
import type { NodeId } from '@novacron/contract/ids';
import type {
  AffinityTerm,
  PlacementAsk,
  PlacementNode,
  PoolName,
  SpreadTerm,
  TopologyLevel,
  VmAsk,
} from '../model.ts';

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
  | { readonly reason: 'zone'; readonly zone: string; readonly zoneWanted: string }
  | { readonly reason: 'node-label'; readonly label: string; readonly wanted: string }
  | { readonly reason: 'taint'; readonly taint: string }
  | { readonly reason: 'network'; readonly network: string }
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
    }
  | { readonly reason: 'device'; readonly kind: string; readonly count: number }
  | { readonly reason: 'numa'; readonly largestCores: number }
  | {
      readonly reason: 'affinity' | 'anti-affinity';
      readonly term: AffinityTerm;
      /** VMs that the term selects, in the node's place. */
      readonly found: number;
    }
  | {
      readonly reason: 'spread';
      readonly term: SpreadTerm;
      readonly found: number;
      readonly least: number;
    }
  /** A VM that is there wants to be apart from this one. */
  | { readonly reason: 'unwelcome'; readonly level: TopologyLevel }
  | { readonly reason: 'failover'; readonly failing: string };

/** Names a kind of rejection. */
export type RejectionReason = Rejection['reason'];

/** A node and all the reasons against it. */
export interface RejectedNode {
  readonly node: PlacementNode;
  /** At least one. */
  readonly rejections: readonly Rejection[];
}

/** How many VMs of a kind are where. Places without one are absent. */
export interface Tally {
  readonly total: number;
  readonly byNode: ReadonlyMap<NodeId, number>;
  /** By `rackKey`. */
  readonly byRack: ReadonlyMap<string, number>;
  readonly byZone: ReadonlyMap<string, number>;
}

/** An affinity term and the VMs that it speaks about. */
export interface CountedAffinity {
  readonly term: AffinityTerm;
  readonly tally: Tally;
  /** Whether the term selects the VM itself: its first one may go anywhere. */
  readonly selectsItself: 'yes' | 'no';
}

/** A spread term, the VMs that it speaks about, and the emptiest of the places allowed. */
export interface CountedSpread {
  readonly term: SpreadTerm;
  readonly tally: Tally;
  /** VMs in the allowed place that has fewest. */
  readonly least: number;
}

/** A question with everything that the rules need to know about the VMs already placed. */
export interface PlacementQuestion extends PlacementAsk {
  /** Whether some node has a taint that VMs should avoid. */
  readonly avoided?: 'yes' | 'no' | undefined;
  readonly affinities?: readonly CountedAffinity[] | undefined;
  readonly spreads?: readonly CountedSpread[] | undefined;
  /** VMs that want to be apart from this one, each kind with the level that it insists on. */
  readonly unwelcome?:
    | readonly { readonly level: TopologyLevel; readonly tally: Tally }[]
    | undefined;
}

/** A rule that refuses nodes; undefined where it has nothing against the node. */
export type Filter = (node: PlacementNode, question: PlacementQuestion) => Rejection | undefined;

/**
 * What a rule looks at, so that it is asked once for all nodes that look the same. `place`: what
 * the node is marked with; `domain`: its zone and rack, and who is there; `load`: what it has and
 * what is used; `node`: which one it is, or who is on it.
 */
export type RuleScope = 'place' | 'domain' | 'load' | 'node';

/** A filter in its place of the pipeline. */
export interface ScopedFilter {
  readonly reason: RejectionReason;
  readonly scope: RuleScope;
  readonly refuse: Filter;
  /** Whether it can have anything against a node; always, where this is absent. */
  readonly concerns?: ((question: PlacementQuestion) => boolean) | undefined;
}

/** What scorers know besides the node. */
export interface ScoreView {
  readonly vm: VmAsk;
  /** Like VMs of the tenant by zone; zones without one are absent. */
  readonly likeByZone: ReadonlyMap<string, number>;
  /** Like VMs of the tenant by `rackKey`. */
  readonly likeByRack: ReadonlyMap<string, number>;
  /** The question with its counted terms; absent where a scorer is asked by itself. */
  readonly question?: PlacementQuestion | undefined;
}

/** A rule that ranks nodes which can hold the VM. */
export interface Scorer {
  readonly name: string;
  readonly scope: RuleScope;
  /**
   * `share`: 0 to 1, higher is better, taken as it is. `count`: 0 and up, fewer is better, set
   * against the largest count among the candidates. `range`: any number, lower is better, set
   * between the lowest and the highest among the candidates.
   */
  readonly kind: 'share' | 'count' | 'range';
  readonly measure: (node: PlacementNode, view: ScoreView) => number;
  /** The same at once for all zones, or all racks by `rackKey`: what is absent measures 0. */
  readonly counts?:
    | {
        readonly level: 'zone' | 'rack';
        readonly read: (view: ScoreView) => ReadonlyMap<string, number>;
      }
    | undefined;
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
