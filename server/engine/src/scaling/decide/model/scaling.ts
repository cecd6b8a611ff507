/** Types of scaling: groups with their signals, and the size that each of them gets. */
import type { VmGroupId, VmId } from '@novacron/contract/ids';
import type { GroupScaling, ScalingCombine } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { ScalingHoldDirection } from '@novacron/contract/kinds/vm-group/scaling-operations';

/** Whether a member takes its part of the load. */
export type MemberState = 'ready' | 'starting' | 'not_ready';

/** A member of a group. */
export interface ScalingMember {
  readonly id: VmId;
  /** Its number in the group, from 0. */
  readonly number: number;
  readonly state: MemberState;
  /** Unit: ms since the Unix epoch. */
  readonly createdAtMs: number;
  /** CPU usage, for `least_loaded`; undefined if unknown. Unit: ratio. */
  readonly loadRatio?: number;
  /** Cost of the room that it has on its node, for `dearest`; undefined where it is unknown. */
  readonly costPerHour?: number;
  /** It is never removed automatically, besides those that the settings name. */
  readonly isProtected: boolean;
  /** Volumes that others made, or state that was not declared, would be lost with it. */
  readonly hasOtherState: boolean;
  /** It is missing because of an incident, and healing brings it back. */
  readonly isHealing: boolean;
}

/**
 * Forecast of a metric. For a metric with scope `member`, it forecasts the load, which is the sum
 * over the members: the mean changes with the size of the group, the sum does not.
 */
export interface SignalForecast {
  /** Time of the first forecast value. Unit: ms since the Unix epoch. */
  readonly startMs: number;
  /** Between two values. Unit: ms; more than 0. */
  readonly stepMs: number;
  /** The values, and their interval: `lower[i] <= point[i] <= upper[i]`. */
  readonly point: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Accuracy of earlier forecasts, 0 to 1. */
  readonly accuracyRatio: number;
  /** Name of its model, or `ensemble`. */
  readonly model?: string;
  /** Effects of named days in the forecast, a sentence each; undefined: there are none. */
  readonly days?: readonly string[];
}

/** A metric of a group as it is now. */
export interface MetricSignal {
  readonly metric: string;
  /** Mean over the members that report, or the value of the group; undefined: unknown. */
  readonly value: number | undefined;
  /** Number of ready members that have reported; irrelevant for metrics of the group. */
  readonly membersReporting: number;
  /** Time of the last measurement. Unit: ms since the Unix epoch. */
  readonly atMs: number;
  /** A later sample that is not counted, because it is an outlier; undefined: there is none. */
  readonly ignored?: number;
  /** `pending`: one is being made. Undefined: nothing is known, or forecasts are off. */
  readonly forecast?: SignalForecast | 'pending';
}

/** A change of the size of a group. */
export interface SizeChange {
  /** Unit: ms since the Unix epoch. */
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
}

/** Scaling state of a group between rounds; data, to be stored with the group. */
export interface ScalingMemory {
  /** Since when sizes are remembered without a gap. Unit: ms since the Unix epoch. */
  readonly sinceMs: number;
  /** Time of the last round. Unit: ms since the Unix epoch. */
  readonly lastMs: number;
  /** Sizes that were needed, each larger than those behind it; oldest first. */
  readonly needs: readonly { readonly atMs: number; readonly size: number }[];
  /** Since when a metric has been unknown in every round; undefined: none is. Unit: as above. */
  readonly unknownSinceMs?: number;
}

/** A group with everything that its size follows from. */
export interface ScalingGroup {
  readonly id: VmGroupId;
  readonly name: string;
  readonly settings: GroupScaling;
  /** Current desired number of members. */
  readonly size: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly members: readonly ScalingMember[];
  /** One a metric; a metric without one is unknown. */
  readonly signals: readonly MetricSignal[];
  /** Changes of at least the last hour, oldest first. */
  readonly changes: readonly SizeChange[];
  /** From the last decision; undefined in the first round. */
  readonly memory: ScalingMemory | undefined;
  /** From the decision until a new member is started, as measured lately; 0: unknown. Unit: ms. */
  readonly bootMs: number;
  /** Time that a standby node takes to wake; undefined if none can be woken. Unit: ms. */
  readonly wakeMs?: number;
  /** Members that may be removed now by the disruption budget; undefined: any number. */
  readonly removableMax?: number;
  /**
   * The largest size that the quota of the tenant allows; undefined: any. Room of the fleet is no
   * limit here: placement finds it when the change begins, and fewer members are tried then.
   */
  readonly quotaMax?: number;
  /** A person has stopped the scaling of the group. */
  readonly hold?: {
    readonly untilMs: number;
    readonly by: string;
    readonly direction: ScalingHoldDirection;
  };
  /** An operation that changes the group is under way. */
  readonly isBusy: boolean;
}

/** The question. */
export interface ScalingInput {
  readonly groups: readonly ScalingGroup[];
}

/** Reason why a group does not get the size that its rules request. */
export type ScalingLimit =
  | 'quota'
  | 'bounds'
  | 'schedule'
  | 'hold'
  | 'operation'
  | 'unknown'
  | 'healing'
  | 'warm_up'
  | 'cooldown'
  | 'window'
  | 'forecast'
  | 'reversals'
  | 'grow_factor'
  | 'starting'
  | 'not_ready'
  | 'protected'
  | 'state'
  | 'disruption';

/** Reason for a group's size. `none`: it has no rule, or its rules request the current size. */
export type ScalingCause =
  | 'rule'
  | 'forecast'
  | 'fallback'
  | 'bounds'
  | 'schedule'
  | 'none'
  | ScalingLimit;

/** The largest load that the forecast expects in the horizon, its interval, and sizes for these. */
export interface ExpectedPeak {
  readonly load: number;
  readonly lower: number;
  readonly upper: number;
  readonly sizeLower: number;
  readonly sizeUpper: number;
}

/**
 * The sizes for the most that the upper end of the interval reaches: until members are ready on a
 * node that is woken now, and in the horizon. Nodes are kept ready for them; groups grow by less.
 */
export interface UpperSizes {
  readonly soon: number;
  /** At least `soon`. */
  readonly horizon: number;
}

/** Forecast for one step. Times are ms since the Unix epoch. */
export interface ExpectedLoad {
  readonly fromMs: number;
  /** Not included. */
  readonly untilMs: number;
  readonly load: number;
}

/** Quality of a forecast. */
export interface ForecastQuality extends Pick<SignalForecast, 'model' | 'accuracyRatio'> {
  /** Least accuracy of a forecast that is used. */
  readonly accuracyMin: number;
  /** Whether the group names the model; otherwise it was the most accurate one. */
  readonly choice: 'named' | 'backtest';
}

/** Size that a rule requests. */
export interface RuleSize {
  /** Its place among the rules of the group, from 0; of a substitute, their number. */
  readonly rule: number;
  readonly kind: 'target' | 'threshold' | 'step' | 'queue';
  readonly metric: string;
  /** `member`: the load is the sum over the members; `group`: it is the value. */
  readonly scope: 'member' | 'group';
  /** Unknown rules want nothing; `low_quorum`: too few members report for the group to shrink. */
  readonly state: 'known' | 'low_quorum' | 'unknown';
  /** The value of the metric now: a mean of members, or that of the group. May be of no use. */
  readonly value?: number;
  /** As in the signal. */
  readonly ignored?: number;
  /** Load now, and the most that is expected until new members are ready, and in the horizon. */
  readonly load?: number;
  readonly loadSoon?: number;
  readonly loadHorizon?: number;
  /** The size by what is measured now. */
  readonly sizeMeasured?: number;
  /** The size to grow to, with the forecast until new members are ready. */
  readonly sizeGrow?: number;
  /** The least size to shrink to, with the forecast in the horizon. */
  readonly sizeShrink?: number;
  /** Forecast peak; present if a forecast was used. */
  readonly peak?: ExpectedPeak;
  /** And the sizes that nodes are kept ready for. */
  readonly upper?: UpperSizes;
  /** Load expected once members created now are ready; present if a forecast was used. */
  readonly whenReady?: ExpectedLoad;
  /** Sentences about named days that the forecast follows, where it took part. */
  readonly days?: readonly string[];
  /** The forecast that took part, or was not accurate enough. */
  readonly by?: ForecastQuality;
  /** Whether a forecast took part; why not. */
  readonly forecast: 'used' | 'off' | 'none' | 'pending' | 'inaccurate' | 'stale';
  /** The group has no such rule: it stands in for one whose metric is lost. */
  readonly isSubstitute?: boolean;
}

/** The decision for one group. */
export interface GroupDecision {
  readonly groupId: VmGroupId;
  readonly groupName: string;
  readonly kind: 'grow' | 'shrink' | 'keep';
  readonly from: number;
  readonly to: number;
  /** Members to remove, in this order; empty unless the group shrinks. */
  readonly remove: readonly VmId[];
  /** The size that the rules want, before anything holds the group. */
  readonly wanted: number;
  readonly cause: ScalingCause;
  /** Limits that separate the desired size from the decided size. */
  readonly limitedBy: readonly ScalingLimit[];
  /** Every rule with the size that it wants; `combine` says which counts. */
  readonly rules: readonly RuleSize[];
  readonly combine: ScalingCombine;
  /** The bounds that count now, with schedules. */
  readonly bounds: { readonly min: number; readonly max: number };
  /** A metric has been unknown for so long that people have to know. */
  readonly isAlarm: boolean;
  /** Least size until that metric is known again; undefined: no metric is lost, or none is set. */
  readonly fallbackSize: number | undefined;
  /** To be stored with the group. */
  readonly memory: ScalingMemory;
}
