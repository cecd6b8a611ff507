/** The size of a group that one of its rules wants. */
import {
  type ScalingRule,
  THRESHOLD_DOWN,
  THRESHOLD_UP,
} from '@novacron/contract/kinds/vm-group/group-scaling';
import type { RuleSize, ScalingGroup } from '../model/scaling.ts';
import { sizeQueue } from './erlang-c.ts';
import { measureLoad, type RuleLoad, scopeOf } from './measure-load.ts';
import { durationOr, type ResolvedSettings } from './resolve-settings.ts';

/**
 * Relative distances from the target within which a group keeps its size; above it is less, because
 * a group that is too small costs more than one that is too large. The band is as wide as HPA's.
 */
const TOLERANCE_ABOVE = 0.05;
const TOLERANCE_BELOW = 0.15;

/** No group is larger; what needs more needs this. */
const SIZE_MAX = 1_000;

/** Sums of ratios are rounded; a part of a member as small as this is none. */
const ROUNDING = 1e-9;

const MS_PER_SECOND = 1_000;

/** The size for a load; a larger load never has a smaller size. */
type Sizer = (load: number) => number;

/** Sizes the group by a rule. */
export function sizeByRule(
  request: {
    readonly group: ScalingGroup;
    readonly rule: ScalingRule;
    readonly at: number;
    readonly settings: ResolvedSettings;
  },
  nowMs: number,
): RuleSize {
  const { group, rule, at, settings } = request;
  const { kind, metric } = rule;
  const load = measureLoad({ group, rule, settings, wantedValue: wantedValueOf(rule) }, nowMs);
  const scope = scopeOf(rule);
  const ignored = group.signals.find((signal) => signal.metric === metric)?.ignored;
  const about = { rule: at, kind, metric, scope, ...(ignored === undefined ? {} : { ignored }) };
  if (load.state === 'unknown') return { ...about, ...load, forecast: 'none' };
  const exactSizeOf = sizerOf(rule, group);
  const sizeOf: Sizer = (each) => Math.min(SIZE_MAX, exactSizeOf(each));
  return {
    ...about,
    ...describe(load),
    ...sizePeak(sizeOf, load),
    ...sizeUpper(sizeOf, load),
    ...(load.whenReady === undefined ? {} : { whenReady: load.whenReady }),
    ...(load.days.length === 0 ? {} : { days: load.days }),
    ...(load.by === undefined ? {} : { by: load.by }),
    sizeMeasured: findMeasured(sizeOf, load, group.size),
    sizeGrow: sizeOf(load.soon),
    sizeShrink: sizeOf(load.horizon),
  };
}

/** Members that do not report make a group neither larger nor smaller. */
function findMeasured(sizeOf: Sizer, { now, nowMost }: RuleLoad, size: number): number {
  const least = sizeOf(now);
  return least >= size ? least : Math.min(size, sizeOf(nowMost));
}

function sizePeak(sizeOf: Sizer, { peak }: RuleLoad): Pick<RuleSize, 'peak'> {
  if (peak === undefined) return {};
  const { lower, upper } = peak;
  return { peak: { ...peak, sizeLower: sizeOf(lower), sizeUpper: sizeOf(upper) } };
}

function sizeUpper(sizeOf: Sizer, { upper }: RuleLoad): Pick<RuleSize, 'upper'> {
  if (upper === undefined) return {};
  return { upper: { soon: sizeOf(upper.soon), horizon: sizeOf(upper.horizon) } };
}

function describe({ state, value, now, soon, horizon, forecast }: RuleLoad) {
  return { state, value, load: now, loadSoon: soon, loadHorizon: horizon, forecast };
}

/** Returns a member's target value at the right group size. */
function wantedValueOf({ kind, value, up }: ScalingRule): number {
  return (kind === 'target' ? value : up) ?? THRESHOLD_UP;
}

/** Returns the value of a rule's metric for which a group of this size has the right size. */
export function wantedAt(rule: ScalingRule, size: number): number {
  const shared = scopeOf(rule) === 'group' ? Math.max(1, size) : 1;
  switch (rule.kind) {
    case 'queue':
      return (shared * (rule.concurrency ?? 1) * MS_PER_SECOND) / serviceTimeOf(rule);
    case 'step':
      return Math.max(...(rule.steps ?? []).map(({ from }) => Math.abs(from)));
    default:
      return shared * Math.abs(wantedValueOf(rule));
  }
}

function serviceTimeOf({ service_time: time }: ScalingRule): number {
  return durationOr(time, MS_PER_SECOND);
}

function sizerOf(rule: ScalingRule, group: ScalingGroup): Sizer {
  switch (rule.kind) {
    case 'target':
      return trackTarget(rule, group);
    case 'threshold':
      return compareThresholds(rule, group);
    case 'step':
      return takeStep(rule, group);
    case 'queue':
      return serveQueue(rule);
  }
}

function trackTarget(rule: ScalingRule, { size }: ScalingGroup): Sizer {
  const target = rule.value ?? THRESHOLD_UP;
  const least = scopeOf(rule) === 'member' ? 1 : 0;
  const exact = (load: number) => Math.max(least, Math.ceil(load / target - ROUNDING));
  const isNear = (load: number) => {
    const excess = size === 0 ? Number.NaN : load / (target * size) - 1;
    return excess <= TOLERANCE_ABOVE + ROUNDING && excess >= -TOLERANCE_BELOW - ROUNDING;
  };
  return (load) => (isNear(load) ? size : exact(load));
}

/**
 * One more or one fewer. The load of members is spread over those that are starting as well; while
 * some are, a value of the group makes no further ones.
 */
function compareThresholds(rule: ScalingRule, group: ScalingGroup): Sizer {
  const up = rule.up ?? THRESHOLD_UP;
  const down = rule.down ?? THRESHOLD_DOWN;
  const { size } = group;
  const valueAt = valueAtOf(rule);
  return (load) => {
    if (valueAt(load, size) > up) return Math.max(size, grownFrom(rule, group) + 1);
    // One fewer must not make the group grow again.
    return valueAt(load, size) < down && valueAt(load, size - 1) <= up ? size - 1 : size;
  };
}

function takeStep(rule: ScalingRule, group: ScalingGroup): Sizer {
  const steps = [...(rule.steps ?? [])].sort((one, other) => other.from - one.from);
  const { size } = group;
  const valueAt = valueAtOf(rule);
  return (load) => {
    const change = steps.find(({ from }) => valueAt(load, size) >= from)?.change ?? 0;
    if (change > 0) return Math.max(size, grownFrom(rule, group) + change);
    return Math.max(0, size + change);
  };
}

function serveQueue(rule: ScalingRule): Sizer {
  const serviceMs = serviceTimeOf(rule);
  return (perSecond) =>
    sizeQueue(
      {
        perSecond,
        serviceS: serviceMs / MS_PER_SECOND,
        concurrency: rule.concurrency ?? 1,
        waitS: durationOr(rule.wait, serviceMs) / MS_PER_SECOND,
      },
      SIZE_MAX,
    );
}

/** The value of a rule's metric if this many members had the load. */
function valueAtOf(rule: ScalingRule): (load: number, members: number) => number {
  return scopeOf(rule) === 'member'
    ? (load, members) => load / Math.max(1, members)
    : (load) => load;
}

/**
 * Returns the size that growth counts from: members that are starting belong to the previous
 * change.
 */
function grownFrom(rule: ScalingRule, { size, members }: ScalingGroup): number {
  if (scopeOf(rule) === 'member') return size;
  return size - members.filter(({ state }) => state === 'starting').length;
}
