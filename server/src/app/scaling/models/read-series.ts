/** Reads the series of a model at equal steps. */
import { unitOfMetric } from '@novacron/contract/formats/metric-name';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { SeriesFeature, SeriesTable } from '@novacron/engine/training/model/table';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { seriesOf } from '../../platform/metrics/find-target.ts';
import { summarizeRun } from '../../platform/metrics/summarize-run.ts';
import type { ModelSpec } from './model-rows.ts';

const MS_PER_SECOND = 1_000;

/** Range of steps. Unit: seconds since 1970. */
export interface SeriesSpan {
  readonly fromS: number;
  /** Not included. */
  readonly toS: number;
}

/** Series of a model, and the metrics of which nothing is stored. */
export interface ModelSeries {
  readonly series: SeriesTable;
  readonly absent: readonly string[];
}

/** The end of the last whole step. Unit: seconds since 1970. */
export function lastStepEnd({ step_seconds }: ModelSpec, nowMs: number): number {
  return Math.floor(nowMs / MS_PER_SECOND / step_seconds) * step_seconds;
}

/** The same features and target, of a group. @param groupId - null: of what it learned from */
export function ofGroup(spec: ModelSpec, groupId: string | null): ModelSpec {
  return groupId === null ? spec : { ...spec, target_id: groupId, target_kind: 'vm_group' };
}

/** Reads them. Problems: `unavailable`. */
export async function readModelSeries(
  deps: Pick<CapabilityDeps, 'metricSeries'>,
  spec: ModelSpec,
  { fromS, toS }: SeriesSpan,
): Promise<Result<ModelSeries, Problem>> {
  const stored = seriesOf(deps);
  if (!stored.ok) return stored;
  const stepS = spec.step_seconds;
  const span = { fromS: Math.floor(fromS / stepS) * stepS, toS };
  const absent: string[] = [];
  const read = async (name: string): Promise<Result<Float64Array, Problem>> => {
    const values = await readValues(stored.value, spec, { name, span });
    if (!values.ok) return values;
    if (values.value.every(Number.isNaN)) absent.push(name);
    return values;
  };
  const target = await read(spec.target);
  if (!target.ok) return target;
  const features: SeriesFeature[] = [];
  for (const name of spec.features) {
    if (name === 'hour_of_day' || name === 'day_of_week') {
      features.push({ name });
      continue;
    }
    const values = name === spec.target ? target : await read(name);
    if (!values.ok) return values;
    features.push({ name, values: values.value });
  }
  const horizon = Math.round(spec.horizon_seconds / stepS);
  const series = { startS: span.fromS, stepS, horizon, target: target.value, features };
  return ok({ series, absent });
}

/** The mean of a gauge in each step, or the growth of a counter; NaN where nothing is stored. */
async function readValues(
  series: MetricSeries,
  { target_id: targetId, step_seconds: stepS }: ModelSpec,
  { name, span }: { readonly name: string; readonly span: SeriesSpan },
): Promise<Result<Float64Array, Problem>> {
  // The first step of a counter has a rate by the entry before it.
  const run = await series.read({ targetId, name, fromS: span.fromS - stepS, toS: span.toS });
  if (!run.ok) return run;
  const steps = Math.max(0, Math.round((span.toS - span.fromS) / stepS));
  if (run.value === undefined) return ok(new Float64Array(steps).fill(Number.NaN));
  const statistic = unitOfMetric(name)?.kind === 'counter' ? 'rate' : 'avg';
  const points = summarizeRun(run.value, { ...span, stepS }, [statistic]);
  return ok(Float64Array.from(points, (point) => point[statistic] ?? Number.NaN));
}
