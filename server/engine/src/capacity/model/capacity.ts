/** Types of capacity planning: resources with their history, outlooks and recommendations. */
import type { Series } from '../../scaling/forecast/model/forecasting.ts';

/** What a resource belongs to. */
export interface CapacityScope {
  readonly kind:
    | 'fleet'
    | 'zone'
    | 'node_class'
    | 'storage_pool'
    | 'server'
    | 'network'
    | 'vm_group'
    | 'tenant';
  /** Of the zone, class, pool, network, group or tenant; else `fleet` or `server`. */
  readonly name: string;
}

/** Nodes as they could be bought. */
export interface NodeOffer {
  /** null: like the current ones. */
  readonly nodeClass: string | null;
  /** What a node adds to the resource, in its unit; more than 0. */
  readonly amount: number;
  /** null: not known. */
  readonly pricePerHour: number | null;
}

/** A resource of the fleet. Amounts are in its unit. */
export interface CapacityResource {
  /** Unique among the resources of a plan. */
  readonly id: string;
  readonly scope: CapacityScope;
  /** Such as `cpu_allocated`. */
  readonly metric: string;
  /** Such as `cores`, `GB` or `addresses`. */
  readonly unit: string;
  /** What can be used, nodes on standby included. */
  readonly capacity: number;
  /** The part of it that nodes on standby have. */
  readonly standby: number;
  readonly use: number;
  /** Use by hour, ending now; NaN where nothing was measured. */
  readonly history: Series;
  /** Between an order and its use. Unit: ms. */
  readonly leadTimeMs: number;
  /** Nodes that have it now; 0 for what nodes do not provide. */
  readonly nodes: number;
  /** Empty for what nodes do not provide. */
  readonly offers: readonly NodeOffer[];
}

/** How much of a resource is to be used. Ratios are of the capacity. */
export interface CapacitySettings {
  /** Use that new capacity is sized for. */
  readonly targetRatio: number;
  /** Use that the upper end of the forecast may reach before more is recommended. */
  readonly maximumRatio: number;
  /** What must remain above the upper end of the forecast, in relation to it. */
  readonly bufferRatio: number;
  /** Use from which on the resource is a bottleneck. */
  readonly bottleneckRatio: number;
}

/** Use at a time ahead, with its 80 % interval. */
export interface ExpectedUse {
  readonly aheadMs: number;
  readonly point: number;
  readonly lower: number;
  readonly upper: number;
}

/** When use reaches the capacity. Times are ms since the Unix epoch. */
export type RunOut =
  | { readonly kind: 'reached' }
  /** The whole interval lies beyond the planned days. */
  | { readonly kind: 'not_within' }
  | {
      readonly kind: 'expected';
      /** The interval contains it with 80 %. */
      readonly earliestMs: number;
      /** null: beyond the planned days. */
      readonly atMs: number | null;
      readonly latestMs: number | null;
    };

/** What is known of the future of a resource. */
export type Outlook =
  | {
      readonly kind: 'known';
      readonly horizons: readonly ExpectedUse[];
      /** Highest use of each day so far. */
      readonly peaks: readonly number[];
      /** Highest use of each planned day. */
      readonly days: readonly ExpectedUse[];
      readonly runOut: RunOut;
      /** Highest use until new capacity is in use, were it ordered now. */
      readonly peak: Pick<ExpectedUse, 'point' | 'upper'>;
    }
  | { readonly kind: 'too_short'; readonly hours: number; readonly hoursNeeded: number }
  | { readonly kind: 'stopped'; readonly sinceMs: number };

/** A resource with its outlook. */
export interface ResourceOutlook {
  readonly resource: CapacityResource;
  readonly outlook: Outlook;
  /** Since when it has been a bottleneck; null: it is not. Unit: ms since the Unix epoch. */
  readonly bottleneckSinceMs: number | null;
}

/** A way to follow a recommendation. */
export interface Alternative {
  /** null: nodes like the current ones, or the resource does not come with nodes. */
  readonly nodeClass: string | null;
  /** Nodes to buy, or 1. */
  readonly count: number;
  /** What they add, in the unit of the resource. */
  readonly amount: number;
  /** Latest time to order, by the begin of the run-out interval; null: no run-out is expected. */
  readonly orderByMs: number | null;
  readonly pricePerHour: number | null;
}

/** What to do about a resource. */
export interface Recommendation {
  readonly type: 'scale_up' | 'scale_down' | 'maintain' | 'rebalance';
  readonly priority: 'critical' | 'high' | 'medium' | 'low';
  readonly why:
    | 'bottleneck'
    | 'runs_out_within_lead_time'
    | 'above_maximum'
    | 'room_elsewhere'
    | 'spare'
    | 'needed_by_others'
    | 'enough'
    | 'not_known';
  /** Capacity that suits the forecast, in the unit of the resource. */
  readonly recommendedCapacity: number;
  /** Nodes that the resource then has; null for what nodes do not provide. */
  readonly recommendedInstances: number | null;
  readonly alternatives: readonly Alternative[];
}

/** The plan of a resource. */
export interface ResourcePlan extends ResourceOutlook {
  readonly recommendation: Recommendation;
  /** Why the resource needs a decision now; null: it does not. */
  readonly alarm: 'bottleneck' | 'runs_out_within_lead_time' | null;
}

/** The plan of the fleet: the most urgent resources first. */
export interface CapacityPlan {
  readonly resources: readonly ResourcePlan[];
}
