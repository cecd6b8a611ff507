/** Reads a series as values at equal intervals, for those who compare them. */
import { unitOfMetric } from '@novacron/contract/formats/metric-name';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { MetricSeries, SeriesRange } from '../../../ports/metric-series.ts';
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
  const { fromS, toS, stepS } = steps;
  const statistic = unitOfMetric(name)?.kind === 'counter' ? 'rate' : 'avg';
  // The first step of a counter has a rate by the entry before it.
  const run = await series.read({ targetId, name, fromS: fromS - stepS, toS });
  if (!run.ok || run.value === undefined) return run.ok ? ok(undefined) : run;
  return ok(summarizeRun(run.value, steps, [statistic]).map((row) => row[statistic] ?? Number.NaN));
}
