/** Reads the series of a model at equal steps. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { SeriesFeature, SeriesTable } from '@novacron/engine/training/model/table';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { seriesOf } from '../../platform/metrics/find-target.ts';
import { rangeOfRows, rowsOf } from '../../platform/metrics/read-rows.ts';
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
  const steps = Math.max(0, Math.round((span.toS - span.fromS) / stepS));
  const valuesOf = (name: string) =>
    read.value.get(name) ?? new Float64Array(steps).fill(Number.NaN);
  const features = spec.features.map(
    (name): SeriesFeature => (isTime(name) ? { name } : { name, values: valuesOf(name) }),
  );
  const absent = metricsOf(spec).filter((name) => valuesOf(name).every(Number.isNaN));
  const target = valuesOf(spec.target);
  const horizon = Math.round(spec.horizon_seconds / stepS);
  const series = { startS: span.fromS, stepS, horizon, target, features };
  return ok({ series, absent });
}

/** Values by name, of the target and of all features that are metrics and stored. */
async function readAll(
  series: MetricSeries,
  spec: ModelSpec,
  span: SeriesSpan,
): Promise<Result<ReadonlyMap<string, Float64Array>, Problem>> {
  const steps = { ...span, stepS: spec.step_seconds };
  const names = metricsOf(spec);
  const all = new Map<string, Float64Array>();
  for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
    const some = names.slice(start, start + NAMES_AT_ONCE);
    const range = { targetId: spec.target_id, names: some, ...rangeOfRows(steps) };
    const runs = await series.readTogether(range);
    if (!runs.ok) return runs;
    for (const [name, run] of runs.value)
      all.set(name, Float64Array.from(rowsOf(run, name, steps)));
    // Other requests are answered meanwhile.
    await nextTurn();
  }
  return ok(all);
}

function metricsOf({ target, features }: ModelSpec): readonly string[] {
  return [...new Set([target, ...features.filter((name) => !isTime(name))])];
}

function isTime(name: string): name is 'hour_of_day' | 'day_of_week' {
  return name === 'hour_of_day' || name === 'day_of_week';
}
