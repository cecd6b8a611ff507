/** Writes samples of clients. */

import type { JsonObject } from '@novacron/contract/json';
import {
  METRIC_SERIES_PER_TARGET_MAX,
  type MetricWritten,
} from '@novacron/contract/monitoring/metric-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { MetricSample, MetricSeries, SeriesInfo } from '../../../ports/metric-series.ts';
import { chargeTenant, checkQuota, refundTenant } from '../../access/quota/tenant-quota.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { retryConflicts } from '../../kernel/write/retry-conflicts.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findTarget, type NamedTarget, seriesOf } from './find-target.ts';
import { explainLeftOut, sortSamples } from './sort-samples.ts';

/**
 * Writes them. Policies are asked, and the audit log records, when series begin: samples of series
 * that are there come every few seconds. Problems: `not-found`, `validation-failed`,
 * `quota-exceeded`, `policy-denied`, `conflict`, `unavailable`.
 */
export async function writeMetrics(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.write'>,
  context: CallContext,
): Promise<Result<MetricWritten, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const target = await findTarget(deps, input, context);
  if (!target.ok) return target;
  const sorted = sortSamples(input.samples, deps.metricSource?.metrics ?? [], deps.clock.nowMs());
  if (!sorted.ok) return sorted;
  const { samples, leftOut } = sorted.value;
  const parts = { deps, series: series.value, target: target.value, context };
  const stored = await storeSamples(parts, samples);
  if (!stored.ok) return stored;
  const written = { stored: stored.value.stored, duplicated: stored.value.duplicated, ...leftOut };
  for (const [outcome, count] of Object.entries(written)) {
    if (count === 0) continue;
    const labels = { source: 'written', outcome };
    deps.telemetry.count('novacron_metric_samples_total', labels, count);
  }
  const notices = [...explainLeftOut(leftOut)];
  return ok({ ...written, new_series: stored.value.newSeries, notices });
}

/** A write with its target. */
interface Parts {
  readonly deps: CapabilityDeps;
  readonly series: MetricSeries;
  readonly target: NamedTarget;
  readonly context: CallContext;
}

async function storeSamples(parts: Parts, samples: readonly MetricSample[]) {
  const { series, target } = parts;
  if (samples.length === 0) return ok({ stored: 0, duplicated: 0, newSeries: 0 });
  const known = await series.list(target.id);
  if (!known.ok) return known;
  const begun = await beginSeries(parts, known.value, samples);
  if (!begun.ok) return begun;
  const stored = await series.write([{ target, samples }], 'written');
  await refundSeries(parts, begun.value - (stored.ok ? stored.value.newSeries : 0));
  return stored;
}

/** Charges the tenant for series that begin. @returns how many */
async function beginSeries(
  parts: Parts,
  known: readonly SeriesInfo[],
  samples: readonly MetricSample[],
): Promise<Result<number, Problem>> {
  const before = new Set(known.map(({ name }) => name));
  const names = [...new Set(samples.map(({ name }) => name))].filter((name) => !before.has(name));
  if (names.length === 0) return ok(0);
  return admitSeries(parts, {
    operation: 'metric.write',
    count: known.length + names.length,
    charged: names.length,
    wanted: { names },
  });
}

/** A write to the series of a target. */
interface SeriesAdmission {
  readonly operation: 'metric.write' | 'metric.import';
  /** Series that the target has then. */
  readonly count: number;
  /** Those of them that begin and that a client writes. */
  readonly charged: number;
  /** What the audit log says of it. */
  readonly wanted: JsonObject;
}

/**
 * Asks policies and quota, and records the write. Problems: `quota-exceeded`, `policy-denied`,
 * `conflict`.
 * @returns the series that the tenant is charged for
 */
export async function admitSeries(
  { deps, target, context }: Omit<Parts, 'series'>,
  { operation, count, charged, wanted }: SeriesAdmission,
): Promise<Result<number, Problem>> {
  const { id, tenantId, kind, name } = target;
  if (count > METRIC_SERIES_PER_TARGET_MAX) return err(tooManySeries(target, count));
  const charge = { metric_series: charged };
  return retryConflicts(deps, context, operation, async () => {
    const [row] = await deps.store.read({ from: 'tenant_quotas', where: { id: tenantId } });
    const refusal = charged === 0 ? undefined : checkQuota(row, charge);
    if (refusal !== undefined) return err(refusal);
    return commitObject(deps, context, {
      operation,
      resourceKind: 'metric',
      target: { id, name },
      before: null,
      wanted: { target_kind: kind, target_id: id, ...wanted },
      changes: charged === 0 ? [] : chargeTenant(tenantId, charge),
      answer: charged,
    });
  });
}

/** Takes back a charge for series that another request began meanwhile, or that did not begin. */
export async function refundSeries(
  { deps, target }: Pick<Parts, 'deps' | 'target'>,
  unused: number,
): Promise<void> {
  if (unused <= 0) return;
  await commitChanges(deps, refundTenant(target.tenantId, { metric_series: unused }));
}

function tooManySeries({ name }: NamedTarget, count: number): Problem {
  return problem('quota-exceeded', {
    detail: `${name} would have ${count} series; the most is ${METRIC_SERIES_PER_TARGET_MAX}.`,
    remedy:
      'Write fewer metrics of one VM or group: what differs from request to request, such as a ' +
      'path or a customer, is no part of a name.',
  });
}
