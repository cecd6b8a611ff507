/** Reads a series as values at equal intervals, for those who compare them. */
import { unitOfMetric } from '@novacron/contract/formats/metric-name';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { MetricSeries, SeriesRange, SeriesRun } from '../../../ports/metric-series.ts';
import { type Steps, summarizeRun } from './summarize-run.ts';

/**
 * Reads one value a step: the mean of a gauge, the growth of a counter per second, NaN for none.
 * @returns undefined for a series that is not there
 */
export async function readRows(
  series: MetricSeries,
  { targetId, name }: Pick<SeriesRange, 'targetId' | 'name'>,
  steps: Steps,
): Promise<Result<readonly number[] | undefined, Problem>> {
  const run = await series.read({ targetId, name, ...rangeOfRows(steps) });
  if (!run.ok || run.value === undefined) return run.ok ? ok(undefined) : run;
  return ok(rowsOf(run.value, name, steps));
}

/** What to read of a series: the first step of a counter has a rate by the entry before it. */
export function rangeOfRows({ fromS, toS, stepS }: Steps): Pick<SeriesRange, 'fromS' | 'toS'> {
  return { fromS: fromS - stepS, toS };
}

/** One value a step of what was read of a series: see {@link readRows}. */
export function rowsOf(run: SeriesRun, name: string, steps: Steps): readonly number[] {
  const statistic = unitOfMetric(name)?.kind === 'counter' ? 'rate' : 'avg';
  return summarizeRun(run, steps, [statistic]).map((row) => row[statistic] ?? Number.NaN);
}
