/** Sums up what a series has in each step of a query. Pure: numbers in, numbers out. */
import type { MetricStatistic } from '@novacron/contract/monitoring/metric-operations';
import type { SeriesRun } from '../../../ports/metric-series.ts';

/** The steps of a query. Unit: seconds. */
export interface Steps {
  /** Begin of the first one, since the Unix epoch. */
  readonly fromS: number;
  /** Not included. */
  readonly toS: number;
  readonly stepS: number;
}

/** The statistics of a step, by name; null where no sample is in it. */
export type StepValues = Readonly<Record<string, number | null>>;

/** Entries of a run from one place to before another. */
interface Slice {
  readonly run: SeriesRun;
  readonly start: number;
  readonly end: number;
}

/**
 * Sums a run up.
 * @param run - ascending; entries before the first step only serve the rate of the first ones
 * @returns one for each step
 */
export function summarizeRun(
  run: SeriesRun,
  { fromS, toS, stepS }: Steps,
  statistics: readonly MetricStatistic[],
): StepValues[] {
  const summed: StepValues[] = [];
  let start = run.times.findIndex((time) => time >= fromS);
  if (start < 0) start = run.times.length;
  for (let atS = fromS; atS < toS; atS += stepS) {
    let end = start;
    const until = Math.min(atS + stepS, toS);
    while (end < run.times.length && (run.times[end] ?? 0) < until) end += 1;
    const slice = { run, start, end };
    summed.push(
      Object.fromEntries(statistics.map((name) => [name, STATISTICS[name](slice)] as const)),
    );
    start = end;
  }
  return summed;
}

/** Each statistic of a slice; null where it has no entries. */
const STATISTICS: Readonly<Record<MetricStatistic, (slice: Slice) => number | null>> = {
  avg: (slice) => {
    const count = sumOf(slice, ({ counts }, at) => counts[at] ?? 0);
    return count === 0 ? null : totalOf(slice) / count;
  },
  min: (slice) => extremeOf(slice, slice.run.mins, Math.min),
  max: (slice) => extremeOf(slice, slice.run.maxs, Math.max),
  sum: (slice) => (slice.end > slice.start ? totalOf(slice) : null),
  count: (slice) => sumOf(slice, ({ counts }, at) => counts[at] ?? 0),
  rate: rateOf,
  p50: (slice) => quantileOf(slice, 0.5),
  p90: (slice) => quantileOf(slice, 0.9),
  p95: (slice) => quantileOf(slice, 0.95),
  p99: (slice) => quantileOf(slice, 0.99),
};

function sumOf({ run, start, end }: Slice, read: (run: SeriesRun, at: number) => number): number {
  let sum = 0;
  for (let at = start; at < end; at += 1) sum += read(run, at);
  return sum;
}

function totalOf(slice: Slice): number {
  return sumOf(slice, ({ counts, means }, at) => (counts[at] ?? 0) * (means[at] ?? 0));
}

function extremeOf(
  { start, end }: Slice,
  column: readonly number[],
  better: (left: number, right: number) => number,
): number | null {
  let found: number | null = null;
  for (let at = start; at < end; at += 1) {
    const value = column[at] ?? 0;
    found = found === null ? value : better(found, value);
  }
  return found;
}

/**
 * Growth per second between entries, of which the later one is in the step. A counter that became
 * smaller began at 0 again. Source: `rate` of Prometheus, without its extrapolation.
 */
function rateOf({ run, start, end }: Slice): number | null {
  let [growth, seconds] = [0, 0];
  for (let at = Math.max(start, 1); at < end; at += 1) {
    const [before = 0, after = 0] = [run.maxs[at - 1], run.maxs[at]];
    growth += after >= before ? after - before : after;
    seconds += (run.times[at] ?? 0) - (run.times[at - 1] ?? 0);
  }
  return seconds === 0 ? null : growth / seconds;
}

/**
 * Between the two nearest values, as most programs do (Hyndman and Fan, 1996: type 7), but not the
 * quantile of `simple-statistics`.
 */
function quantileOf({ run, start, end }: Slice, share: number): number | null {
  if (end === start) return null;
  const sorted = run.means.slice(start, end).toSorted((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
