/** Reads the series of a model at equal steps. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { unitOfMetric } from '@novacron/contract/formats/metric-name';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { SeriesFeature, SeriesTable } from '@novacron/engine/training/model/table';
import type { MetricSeries, SeriesRun } from '../../../ports/metric-series.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { seriesOf } from '../../platform/metrics/find-target.ts';
import { summarizeRun } from '../../platform/metrics/summarize-run.ts';
import type { ModelSpec } from './model-rows.ts';

const MS_PER_SECOND = 1_000;

/** Series that are read without a pause: some tenths of a second, for the longest history. */
const NAMES_AT_ONCE = 8;

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
  const read = await readAll(stored.value, spec, span);
  if (!read.ok) return read;
  const nothing = () => new Float64Array(stepsIn(span, stepS)).fill(Number.NaN);
  const valuesOf = (name: string) => read.value.get(name) ?? nothing();
  const features = spec.features.map(
    (name): SeriesFeature => (isTime(name) ? { name } : { name, values: valuesOf(name) }),
  );
  const absent = [...read.value]
    .filter(([, values]) => values.every(Number.isNaN))
    .map(([name]) => name);
  const target = valuesOf(spec.target);
  const horizon = Math.round(spec.horizon_seconds / stepS);
  const series = { startS: span.fromS, stepS, horizon, target, features };
  return ok({ series, absent });
}

/** Values by name, of the target and of all features that are metrics. */
async function readAll(
  series: MetricSeries,
  { target_id: targetId, target, features, step_seconds: stepS }: ModelSpec,
  span: SeriesSpan,
): Promise<Result<ReadonlyMap<string, Float64Array>, Problem>> {
  const names = [...new Set([target, ...features.filter((name) => !isTime(name))])];
  const all = new Map<string, Float64Array>();
  for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
    const some = names.slice(start, start + NAMES_AT_ONCE);
    // The first step of a counter has a rate by the entry before it.
    const range = { targetId, names: some, fromS: span.fromS - stepS, toS: span.toS };
    const runs = await series.readTogether(range);
    if (!runs.ok) return runs;
    for (const name of some)
      all.set(name, valuesIn(runs.value.get(name), name, { ...span, stepS }));
    // Other requests are answered meanwhile.
    await nextTurn();
  }
  return ok(all);
}

/** The mean of a gauge in each step, or the growth of a counter; NaN where nothing is stored. */
function valuesIn(
  run: SeriesRun | undefined,
  name: string,
  steps: SeriesSpan & { readonly stepS: number },
): Float64Array {
  if (run === undefined) return new Float64Array(stepsIn(steps, steps.stepS)).fill(Number.NaN);
  const statistic = unitOfMetric(name)?.kind === 'counter' ? 'rate' : 'avg';
  const points = summarizeRun(run, steps, [statistic]);
  return Float64Array.from(points, (point) => point[statistic] ?? Number.NaN);
}

function stepsIn({ fromS, toS }: SeriesSpan, stepS: number): number {
  return Math.max(0, Math.round((toS - fromS) / stepS));
}

function isTime(name: string): name is 'hour_of_day' | 'day_of_week' {
  return name === 'hour_of_day' || name === 'day_of_week';
}
