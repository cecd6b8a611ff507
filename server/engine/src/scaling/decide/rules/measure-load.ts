/** Measures the current and the expected load of a group. */

import { isMeasuredMetric, unitOfMetric } from '@novacron/contract/formats/metric-name';
import type { ScalingRule } from '@novacron/contract/kinds/vm-group/group-scaling';
import type {
  ExpectedLoad,
  ExpectedPeak,
  ForecastQuality,
  MetricSignal,
  RuleSize,
  ScalingGroup,
  SignalForecast,
} from '../model/scaling.ts';
import type { ResolvedSettings } from './resolve-settings.ts';

/** Measurements that are older are no longer those of now. Unit: ms. */
const STALE_MS = 180_000;

/** Share of the ready members that has to report for the group to shrink. */
const QUORUM_RATIO = 0.5;

/**
 * Positions between the point forecast and its upper end: of the load that a group grows for, and
 * of the load below which it does not shrink: 0 to 1. An error of the second kind makes it grow
 * again. Beyond the next hour there is time to grow, and members stay only because restarting them
 * costs more than keeping them: there the point forecast counts.
 */
const GROW_PART = 0.3;
const SHRINK_PART = 0.4;
const KEEP_PART = 0;
const SHRINK_SOON_MS = 3_600_000;

/**
 * From this value on a ratio hides how large the load is: members cannot be used more than fully.
 * The load counts as larger by the factor, so that the group need not grow twice in a row.
 */
export const SATURATED_RATIO = 0.97;
export const SATURATED_FACTOR = 1.5;

/** Largest utilization that may be an error of sampling: nothing is used more than fully. */
const UTILIZATION_RATIO_MAX = 2;

/** The loads of one rule: sums over the members, or values of the group. */
export interface RuleLoad {
  readonly state: Exclude<RuleSize['state'], 'unknown'>;
  readonly forecast: RuleSize['forecast'];
  readonly value: number;
  /** Members that do not report count as idle here, so that the group does not grow for them. */
  readonly now: number;
  /** Here they count as loaded as the rule wants, so that it does not shrink for them. */
  readonly nowMost: number;
  /** The most that is expected until members that are made now are ready. */
  readonly soon: number;
  /** The most that is expected in the horizon. */
  readonly horizon: number;
  /** Peak of the point forecast within the horizon; undefined if the forecast is not used. */
  readonly peak: LoadPeak | undefined;
  /** The most that the upper end reaches; undefined where it takes no part. */
  readonly upper: UpperLoad | undefined;
  /** And of the moment at which members that are made now are ready. */
  readonly whenReady: ExpectedLoad | undefined;
  /** Sentences about the named days of the forecast. */
  readonly days: readonly string[];
  /** See `RuleSize`. */
  readonly by: ForecastQuality | undefined;
}

/** Reason why the load is unknown: `value` if a value was measured that is not a load. */
interface UnknownLoad {
  readonly state: 'unknown';
  readonly value?: number;
}

const UNKNOWN: UnknownLoad = { state: 'unknown' };

/** See `UpperSizes`. */
interface UpperLoad {
  readonly soon: number;
  readonly horizon: number;
}

type LoadPeak = Pick<ExpectedPeak, 'load' | 'lower' | 'upper'>;

/** The scope of a rule that sets none. */
export function scopeOf({
  scope,
  metric,
  kind,
}: Pick<ScalingRule, 'scope' | 'metric' | 'kind'>): 'member' | 'group' {
  return scope ?? (isMeasuredMetric(metric) && kind !== 'queue' ? 'member' : 'group');
}

/** Members that take load now. */
function countReady({ members }: ScalingGroup): number {
  return members.filter(({ state, isHealing }) => state === 'ready' && !isHealing).length;
}

/**
 * Measures.
 * @param wantedValue - what a member that does not report counts as; Source: Kubernetes' HPA
 */
export function measureLoad(
  request: {
    readonly group: ScalingGroup;
    readonly rule: ScalingRule;
    readonly settings: ResolvedSettings;
    readonly wantedValue: number;
  },
  nowMs: number,
): RuleLoad | UnknownLoad {
  const { group, rule, settings, wantedValue } = request;
  const signal = group.signals.find(({ metric }) => metric === rule.metric);
  const value = signal?.value;
  if (signal === undefined || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  if (Math.abs(nowMs - signal.atMs) > STALE_MS) return UNKNOWN;
  if ((isDivided(rule) && value < 0) || exceedsRange(signal.metric, value)) {
    return { state: 'unknown', value };
  }
  const isOfMembers = scopeOf(rule) === 'member';
  const ready = countReady(group);
  const reporting = Math.min(signal.membersReporting, ready);
  if (isOfMembers && reporting === 0) return UNKNOWN;
  const now = isOfMembers ? value * reporting * findHidden(rule, value) : value;
  const missing = isOfMembers ? ready - reporting : 0;
  const nowMost = now + missing * Math.max(0, wantedValue);
  const expected = readForecast(signal, { group, settings, now }, nowMs);
  return {
    state: isOfMembers && reporting < QUORUM_RATIO * ready ? 'low_quorum' : 'known',
    value,
    now,
    nowMost,
    forecast: expected.forecast,
    soon: Math.max(now, expected.soon),
    horizon: Math.max(nowMost, expected.soon, expected.horizon),
    peak: expected.peak,
    upper: expected.upper,
    whenReady: expected.whenReady,
    days: expected.days,
    by: expected.by,
  };
}

/** Members share a load out; below 0 there is none to share, so its source is wrong. */
function isDivided({ kind }: ScalingRule): boolean {
  return kind === 'target' || kind === 'queue';
}

/** Whether a value is beyond the range of its metric, so that its source is wrong. */
export function exceedsRange(metric: string, value: number): boolean {
  return metric.endsWith('_utilization_ratio') && value > UTILIZATION_RATIO_MAX;
}

/** Returns the factor to multiply the measured load by. */
function findHidden({ metric }: ScalingRule, value: number): number {
  const isFull = unitOfMetric(metric)?.unit === 'ratio' && value >= SATURATED_RATIO;
  return isFull ? SATURATED_FACTOR : 1;
}

/** The load that is expected; that of now where no forecast takes part. */
function readForecast(
  { forecast }: MetricSignal,
  {
    group,
    settings: { prediction, warmUpMs },
    now,
  }: {
    readonly group: ScalingGroup;
    readonly settings: ResolvedSettings;
    readonly now: number;
  },
  nowMs: number,
): Pick<
  RuleLoad,
  'soon' | 'horizon' | 'forecast' | 'peak' | 'upper' | 'whenReady' | 'days' | 'by'
> {
  const without = (why: RuleSize['forecast'], by?: ForecastQuality) => ({
    soon: now,
    horizon: now,
    forecast: why,
    peak: undefined,
    upper: undefined,
    whenReady: undefined,
    days: [],
    by,
  });
  if (prediction === undefined) return without('off');
  if (forecast === undefined) return without('none');
  if (forecast === 'pending') return without('pending');
  const by = qualityOf(forecast, prediction);
  if (forecast.accuracyRatio < prediction.accuracyMin) return without('inaccurate', by);
  const soonMs = nowMs + group.bootMs + warmUpMs;
  const endMs = forecast.startMs + (forecast.point.length - 1) * forecast.stepMs;
  const isCovering = forecast.startMs - forecast.stepMs <= nowMs && soonMs <= endMs;
  if (!isCovering) return without('stale');
  const soon = mostOf(forecast, { fromMs: nowMs, untilMs: soonMs, part: GROW_PART });
  const untilMs = nowMs + prediction.horizonMs;
  const nearMs = Math.min(untilMs, nowMs + SHRINK_SOON_MS);
  const horizon = Math.max(
    mostOf(forecast, { fromMs: nowMs, untilMs: nearMs, part: SHRINK_PART }),
    mostOf(forecast, { fromMs: nowMs, untilMs, part: KEEP_PART }),
  );
  if (!Number.isFinite(soon) || !Number.isFinite(horizon)) return without('none');
  return {
    soon: (1 - prediction.weight) * now + prediction.weight * soon,
    horizon,
    forecast: 'used',
    peak: peakOf(forecast, { fromMs: nowMs, untilMs }),
    upper: upperOf(forecast, { nowMs, awakeMs: soonMs + (group.wakeMs ?? 0), untilMs }),
    whenReady: expectedAt(forecast, soonMs),
    days: forecast.days ?? [],
    by,
  };
}

function qualityOf(
  { model, accuracyRatio }: SignalForecast,
  { accuracyMin, choice }: NonNullable<ResolvedSettings['prediction']>,
): ForecastQuality {
  return { ...(model === undefined ? {} : { model }), accuracyRatio, accuracyMin, choice };
}

/** A part of the time of a forecast. Unit: ms since the Unix epoch. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The steps of a stretch; a value counts for its whole step. */
function stepsOf({ startMs, stepMs, point }: SignalForecast, { fromMs, untilMs }: Stretch) {
  const first = Math.max(0, Math.floor((fromMs - startMs) / stepMs));
  const last = Math.min(point.length - 1, Math.floor((untilMs - startMs) / stepMs));
  return { first, last };
}

/** The most of a stretch of a forecast. */
function mostOf(forecast: SignalForecast, stretch: Stretch & { readonly part: number }): number {
  const { point, upper } = forecast;
  const { first, last } = stepsOf(forecast, stretch);
  let most = Number.NEGATIVE_INFINITY;
  for (let step = first; step <= last; step += 1) {
    const middle = point[step] ?? Number.NaN;
    const above = (upper[step] ?? middle) - middle;
    most = Math.max(most, middle + stretch.part * above);
  }
  return most;
}

function upperOf(
  forecast: SignalForecast,
  times: { readonly nowMs: number; readonly awakeMs: number; readonly untilMs: number },
): UpperLoad {
  const { nowMs: fromMs, awakeMs, untilMs } = times;
  return {
    soon: mostOf(forecast, { fromMs, untilMs: awakeMs, part: 1 }),
    horizon: mostOf(forecast, { fromMs, untilMs: Math.max(awakeMs, untilMs), part: 1 }),
  };
}

/** Returns the forecast of the step that contains this moment. */
function expectedAt(forecast: SignalForecast, atMs: number): ExpectedLoad {
  const { startMs, stepMs, point } = forecast;
  const { last } = stepsOf(forecast, { fromMs: atMs, untilMs: atMs });
  const fromMs = startMs + last * stepMs;
  return { fromMs, untilMs: fromMs + stepMs, load: point[last] ?? Number.NaN };
}

/** The step with the largest value of a stretch. */
function peakOf(forecast: SignalForecast, stretch: Stretch): LoadPeak | undefined {
  const { point, lower, upper } = forecast;
  const { first, last } = stepsOf(forecast, stretch);
  let peak: LoadPeak | undefined;
  for (let step = first; step <= last; step += 1) {
    const load = point[step] ?? Number.NaN;
    if (peak !== undefined && load <= peak.load) continue;
    peak = { load, lower: lower[step] ?? load, upper: upper[step] ?? load };
  }
  return peak;
}
