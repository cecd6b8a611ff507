import type { VmGroupScaling } from '../gen/vm-group/index.ts';
import type { RestartWindow } from './restart-window.ts';

/** One step of a rule: at this value or more, members are added or removed. */
export interface ScalingStep {
  /** Value of the metric from which the step counts. */
  readonly from: number;
  /** Number of members that are added, or removed where it is negative. */
  readonly change: number;
}

/** Rule by which a VM group follows a metric. */
export interface ScalingRule {
  /**
   * `target`: as many members as keep the metric at `value`; `threshold`: one more above `up`, one
   * fewer below `down`; `step`: as `steps` say; `queue`: as many as keep the wait below `wait`.
   */
  readonly kind: string;
  /** Name of the metric, such as `cpu_utilization_ratio`. */
  readonly metric: string;
  /**
   * `member`: a mean over the members; `group`: the members share it.
   * @default - `member` for metrics that NovaCron measures, else `group`
   */
  readonly scope?: string;
  /**
   * Value of `target` that one member has when the group has the right size.
   * @default - none
   */
  readonly value?: number;
  /**
   * Value of `threshold` above which a member is added.
   * @default - 0.7, for ratios
   */
  readonly up?: number;
  /**
   * Value of `threshold` below which one is removed.
   * @default - 0.3, for ratios
   */
  readonly down?: number;
  /**
   * Steps of `step`.
   * @default - none
   */
  readonly steps?: ScalingStep[];
  /**
   * Time that a member needs for one request of `queue`.
   * @default - none
   */
  readonly serviceTime?: string;
  /**
   * Requests that a member of `queue` serves at the same time.
   * @default 1
   */
  readonly concurrency?: number;
  /**
   * Mean time that a request of `queue` may wait.
   * @default - `serviceTime`
   */
  readonly wait?: string;
}

/** Other bounds of a VM group at times. */
export interface ScalingSchedule {
  /** Start: minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  /** Duration, from `1m` to `7d`. */
  readonly duration: string;
  /**
   * Time zone of `cron`, such as `Europe/Berlin`.
   * @default - `UTC`
   */
  readonly timeZone?: string;
  /**
   * Minimum number of members meanwhile.
   * @default - that of the group
   */
  readonly minSize?: number;
  /**
   * Maximum number of members meanwhile.
   * @default - that of the group
   */
  readonly maxSize?: number;
}

/** Days that are alike, such as those of a sale. */
export interface CalendarDays {
  /** Name of the days, such as `black-friday`. */
  readonly name: string;
  /** Dates: `YYYY-MM-DD`, or `MM-DD` for each year; earlier ones as well. */
  readonly dates: string[];
  /**
   * Time zone in which the days begin at midnight, such as `Europe/Berlin`.
   * @default - `UTC`
   */
  readonly timeZone?: string;
}

/** Influence of forecasts on the size of a VM group. */
export interface ScalingPrediction {
  /**
   * Forecast horizon, from `5m` to `24h`.
   */
  readonly horizon: string;
  /**
   * Part of the forecast in the expected load, from 0 to 1.
   * @default 0.3
   */
  readonly weight?: number;
  /**
   * Accuracy in the backtest below which a forecast is not used.
   * @default 0.7
   */
  readonly minAccuracy?: number;
  /**
   * Models of the forecast: `auto`, `arima`, `exponential_smoothing`, `regression` or `networks`.
   * @default - `auto`: those that were the most accurate in the backtest
   */
  readonly model?: string;
  /**
   * History that models learn from, from `1d` to `70d`.
   * @default - 14 days for a horizon of up to 6 hours, 28 days for a longer one
   */
  readonly trainingWindow?: string;
  /**
   * Whether forecasts follow days and weeks.
   * @default true
   */
  readonly seasonalAdjustment?: boolean;
  /**
   * Whether models that continue a trend take part.
   * @default true
   */
  readonly trendAdjustment?: boolean;
  /**
   * Named days: the forecast of such a day follows the earlier days of the same name.
   * @default - all days are ordinary
   */
  readonly calendar?: CalendarDays[];
}

/** Removal of members from a VM group. */
export interface ScaleIn {
  /**
   * Order of removal: `highest_number`, `oldest`, `least_loaded`, `dearest` or `unhealthy_first`.
   * @default - `highest_number`
   */
  readonly order?: string;
  /**
   * Ids of members that are never removed automatically.
   * @default - none
   */
  readonly protectedMemberIds?: string[];
  /**
   * Program that is run in the guest of a member before it is removed; where it fails, it stays.
   * @default - none
   */
  readonly drainCommand?: string[];
}

/** A limit of the sizes of members. */
export interface MemberLimit {
  /**
   * CPU cores.
   * @default - of the largest size those that are configured, of the smallest one
   */
  readonly cpuCores?: number;
  /**
   * Memory. Unit: GB.
   * @default - of the largest size what is configured, of the smallest 0.5
   */
  readonly memoryGb?: number;
}

/** What counts how much where shapes of a group are compared. They sum to 1. */
export interface ScalingWeights {
  /** Weight of the cost per hour, 0 to 1. */
  readonly cost: number;
  /** Weight of the usage of members at the peak, 0 to 1. */
  readonly performance: number;
  /** Weight of the demand that is unserved when members are lost, 0 to 1. */
  readonly risk: number;
}

/** Automatic sizing of a VM group. */
export interface Scaling {
  /**
   * `recommend`: decisions are only recorded; `apply`: they are carried out.
   * @default - `apply`
   */
  readonly mode?: string;
  /**
   * Rules over metrics.
   * @default - only schedules
   */
  readonly rules?: ScalingRule[];
  /**
   * Size that counts of several rules: `max`, the largest, or `min`, the smallest: the group grows
   * only where all rules agree.
   * @default - `max`
   */
  readonly combine?: string;
  /**
   * Other bounds at times.
   * @default - none
   */
  readonly schedules?: ScalingSchedule[];
  /**
   * Whether the group grows ahead of a load that is forecast.
   * @default - what is measured alone counts
   */
  readonly prediction?: ScalingPrediction;
  /**
   * Size to which the group grows when a metric of its rules has been unknown for five minutes.
   * @default - it keeps its size
   */
  readonly fallbackSize?: number;
  /**
   * Time after a change in which the group does not shrink.
   * @default - `5m`
   */
  readonly cooldown?: string;
  /**
   * The group shrinks to the largest size that was needed in this time.
   * @default - `5m`
   */
  readonly shrinkWindow?: string;
  /**
   * Time from its start until a member takes its part of the load.
   * @default - `2m`
   */
  readonly warmUp?: string;
  /**
   * Maximum factor by which the group grows within `warmUp`.
   * @default - no limit
   */
  readonly growFactor?: number;
  /**
   * Times an hour that growth may follow shrinkage or the other way round.
   * @default 2
   */
  readonly reversalsPerHour?: number;
  /**
   * `recommend`: `novacron group explain` recommends CPU and memory of the members; `off`: not;
   * `apply`: members are changed one at a time.
   * @default recommend
   */
  readonly vertical?: string;
  /**
   * The largest size that `apply` may give a member, which needs it.
   * @default - none
   */
  readonly verticalMax?: MemberLimit;
  /**
   * The smallest size that `apply` may give a member.
   * @default - one core, half a GB
   */
  readonly verticalMin?: MemberLimit;
  /**
   * Window in which members may be restarted for another size, and get less.
   * @default - they get more while they run, and never less
   */
  readonly verticalWindow?: RestartWindow;
  /**
   * Removal of members.
   * @default - the highest numbers first
   */
  readonly scaleIn?: ScaleIn;
  /**
   * Weights by which `novacron group alternatives` ranks other shapes of the group.
   * @default - 0.4 for cost, 0.4 for performance, 0.2 for risk
   */
  readonly weights?: ScalingWeights;
}

/** Renders the L1 attribute, where the protected members have no default. */
export function renderScaling(scaling: Scaling | undefined): VmGroupScaling | undefined {
  if (scaling === undefined) return undefined;
  const { scaleIn, ...more } = scaling;
  if (scaleIn === undefined) return more;
  return { ...more, scaleIn: { ...scaleIn, protectedMemberIds: scaleIn.protectedMemberIds ?? [] } };
}
