/**
 * Decides whether a metric has crossed a threshold: it is on the wrong side, and has been for as
 * long as the trigger asks. Source of the idea: `for` of the alerting rules of Prometheus, whose
 * pending alerts end where samples are missing.
 */
import { type AutomationTrigger, durationMsOf } from '@novacron/contract/automation/definition';

/** Samples further apart do not say what was in between, and older ones nothing about now. */
export const STALE_MS = 300_000;

/** A sample, or what is left of several: the lowest and the highest of their values. */
export interface MetricReading {
  readonly atMs: number;
  readonly min: number;
  readonly max: number;
}

/** Trigger's metric and its known values. */
export interface CrossingRequest {
  readonly metric: NonNullable<AutomationTrigger['metric']>;
  /** Ascending, at least as far back as the trigger's `for` and {@link STALE_MS} together. */
  readonly readings: readonly MetricReading[];
  /** Since when the crossing lasts that has started a run; 0 where none does. Unit: ms. */
  readonly reachedMs: number;
}

/** `begins`: a run is due, which no round before has started. */
export type CrossingPlan =
  | { readonly kind: 'begins'; readonly sinceMs: number; readonly value: number }
  | { readonly kind: 'ends' }
  | { readonly kind: 'stays' };

const STAYS: CrossingPlan = { kind: 'stays' };

/** Returns the time that a condition has to hold. Unit: ms. */
export function holdMsOf({ for: hold }: CrossingRequest['metric']): number {
  return hold === undefined ? 0 : durationMsOf(hold);
}

/** Plans what becomes of a crossing. Without new samples, nothing begins and nothing ends. */
export function planCrossing(
  { metric, readings, reachedMs }: CrossingRequest,
  { nowMs }: { readonly nowMs: number },
): CrossingPlan {
  const last = readings.at(-1);
  if (last === undefined || nowMs - last.atMs > STALE_MS) return STAYS;
  const lastCalm = readings.findLast((reading) => !holds(metric, reading));
  const isOver = reachedMs > 0 && (lastCalm?.atMs ?? 0) > reachedMs;
  const sinceMs = lastCalm === last ? undefined : startOf(metric, readings);
  const isLasting = reachedMs > 0 && !isOver;
  if (sinceMs !== undefined && !isLasting && nowMs - sinceMs >= holdMsOf(metric)) {
    return { kind: 'begins', sinceMs, value: worst(metric, last) };
  }
  return isOver ? { kind: 'ends' } : STAYS;
}

/** The first of the samples at the end that all hold and have no gap. */
function startOf(
  metric: CrossingRequest['metric'],
  readings: readonly MetricReading[],
): number | undefined {
  let first: MetricReading | undefined;
  for (const reading of readings.toReversed()) {
    const isGap = first !== undefined && first.atMs - reading.atMs > STALE_MS;
    if (isGap || !holds(metric, reading)) break;
    first = reading;
  }
  return first?.atMs;
}

/** Whether each of the values that a reading stands for is on the wrong side. */
function holds(metric: CrossingRequest['metric'], reading: MetricReading): boolean {
  const { operator, value } = metric;
  switch (operator) {
    case 'gt':
      return reading.min > value;
    case 'gte':
      return reading.min >= value;
    case 'lt':
      return reading.max < value;
    case 'lte':
      return reading.max <= value;
  }
}

function worst({ operator }: CrossingRequest['metric'], { min, max }: MetricReading): number {
  return operator === 'gt' || operator === 'gte' ? max : min;
}
