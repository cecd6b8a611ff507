/** Adds results over a period up. See README.md. */
import type { CheckSeverity } from '@novacron/contract/compliance/compliance';
import { explainCheckOf } from './explain-check.ts';
import type { PeriodReport, ResultInterval, ResultTimes, Span } from './model/history.ts';
import type { Standard } from './model/standard.ts';

const HOUR_MS = 3_600_000;

/** A failure that ends with one of these was not fixed. */
const OUT_OF_SCOPE: ReadonlySet<string> = new Set(['not-applicable', 'gone']);

/** Reports on the checks of a standard over a period. */
export function planPeriodReport(
  standard: Standard,
  given: {
    readonly period: Span;
    /** Times in which scans followed each other, the earliest first, without overlaps. */
    readonly sampled: readonly Span[];
    /** The earliest first. */
    readonly intervals: readonly ResultInterval[];
  },
): PeriodReport {
  const { period } = given;
  const sampled = given.sampled.flatMap((span) => overlapOf(span, period));
  const checks = checksOfStandard(standard);
  const intervals = given.intervals.filter(
    ({ checkId, fromMs }) => checks.has(checkId) && fromMs < period.toMs,
  );
  return {
    gaps: gapsBetween(sampled, period),
    sampledRatio: lengthOf(sampled) / Math.max(1, period.toMs - period.fromMs),
    times: timesOf(intervals, sampled),
    ...fixesOf(standard, intervals, period),
  };
}

/** Share of time in which the subjects of checks passed, 0 to 1; null without any time. */
export function passedTimeRatio(
  times: PeriodReport['times'],
  checks: readonly string[],
): number | null {
  const own = checks.flatMap((id) => times.get(id) ?? []);
  const allMs = own.reduce((total, each) => total + each.allMs, 0);
  const passedMs = own.reduce((total, each) => total + each.passedMs, 0);
  return allMs === 0 ? null : passedMs / allMs;
}

/** The checks of a standard. */
export function checksOfStandard({ requirements }: Standard): ReadonlySet<string> {
  return new Set(requirements.flatMap(({ checks }) => checks));
}

function overlapOf(left: Span, right: Span): readonly Span[] {
  const fromMs = Math.max(left.fromMs, right.fromMs);
  const toMs = Math.min(left.toMs, right.toMs);
  return fromMs < toMs ? [{ fromMs, toMs }] : [];
}

function gapsBetween(sampled: readonly Span[], { fromMs, toMs }: Span): readonly Span[] {
  const starts = [fromMs, ...sampled.map((span) => span.toMs)];
  const ends = [...sampled.map((span) => span.fromMs), toMs];
  return starts
    .map((start, at) => ({ fromMs: start, toMs: ends[at] ?? toMs }))
    .filter((span) => span.fromMs < span.toMs);
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((total, { fromMs, toMs }) => total + toMs - fromMs, 0);
}

function timesOf(
  intervals: readonly ResultInterval[],
  sampled: readonly Span[],
): ReadonlyMap<string, ResultTimes> {
  const times = new Map<string, { passedMs: number; allMs: number }>();
  for (const { checkId, state, fromMs, untilMs } of intervals) {
    if (OUT_OF_SCOPE.has(state)) continue;
    const own = { fromMs, toMs: untilMs ?? Number.POSITIVE_INFINITY };
    const ms = lengthOf(sampled.flatMap((span) => overlapOf(span, own)));
    const sum = times.get(checkId) ?? { passedMs: 0, allMs: 0 };
    times.set(checkId, sum);
    sum.allMs += ms;
    if (state === 'pass') sum.passedMs += ms;
  }
  return times;
}

/** A failure lasts until the subject passes, also while there is no verdict in between. */
function fixesOf(
  standard: Standard,
  intervals: readonly ResultInterval[],
  period: Span,
): Pick<PeriodReport, 'fixed' | 'hoursToFix'> {
  const failedAt = new Map<string, number>();
  const hours: Record<CheckSeverity, number[]> = { critical: [], high: [], medium: [], low: [] };
  for (const { checkId, subjectId, state, fromMs } of intervals) {
    const key = `${checkId}/${subjectId}`;
    const sinceMs = failedAt.get(key);
    if (state === 'fail' && sinceMs === undefined) failedAt.set(key, fromMs);
    if (state === 'pass' && sinceMs !== undefined && fromMs >= period.fromMs) {
      const severity = explainCheckOf(standard, checkId)?.severity ?? 'low';
      hours[severity].push((fromMs - sinceMs) / HOUR_MS);
    }
    if (state === 'pass' || OUT_OF_SCOPE.has(state)) failedAt.delete(key);
  }
  const { critical, high, medium, low } = hours;
  return {
    fixed: critical.length + high.length + medium.length + low.length,
    hoursToFix: {
      critical: meanOf(critical),
      high: meanOf(high),
      medium: meanOf(medium),
      low: meanOf(low),
    },
  };
}

function meanOf(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const mean = numbers.reduce((total, each) => total + each, 0) / numbers.length;
  return Math.round(mean * 100) / 100;
}
