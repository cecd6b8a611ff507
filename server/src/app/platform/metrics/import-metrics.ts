/** Imports samples of the past. */

import { isReservedMetric } from '@novacron/contract/formats/metric-name';
import { isFleetMetric } from '@novacron/contract/monitoring/fleet-metrics';
import {
  METRIC_HISTORY_S_MAX,
  METRIC_LATE_S_MAX,
  type MetricImported,
} from '@novacron/contract/monitoring/metric-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { MetricSample, MetricTarget } from '../../../ports/metric-series.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findTarget, seriesOf } from './find-target.ts';
import { admitSeries, refundSeries } from './write-metrics.ts';

const MS_PER_SECOND = 1_000;
const MINUTE_S = 60;

/**
 * Imports them. Policies are asked, and the audit log records, for each request: an import changes
 * what forecasts are made from. Problems: `not-found`, `forbidden`, `validation-failed`,
 * `quota-exceeded`, `policy-denied`, `conflict`, `unavailable`.
 */
export async function importMetrics(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.import'>,
  context: CallContext,
): Promise<Result<MetricImported, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const found = await findTarget(deps, input, context);
  if (!found.ok) return found;
  const target = found.value;
  const nowMs = deps.clock.nowMs();
  const sorted = sortHistory(input, nowMs);
  if (!sorted.ok) return sorted;
  const { samples, ...leftOut } = sorted.value;
  const nothing = { stored: 0, duplicated: 0, ...leftOut, new_series: 0 };
  if (samples.length === 0) return ok(nothing);
  const known = await series.value.list(target.id);
  if (!known.ok) return known;
  const source = isMeasured(deps, target, input.name) ? 'measured' : 'written';
  const begun = known.value.some(({ name }) => name === input.name) ? 0 : 1;
  const parts = { deps, target, context };
  const charged = await admitSeries(parts, {
    operation: 'metric.import',
    count: known.value.length + begun,
    charged: source === 'written' ? begun : 0,
    wanted: describeSamples(input.name, samples),
  });
  if (!charged.ok) return charged;
  const done = await series.value.addHistory({ target, samples }, { source, nowMs });
  const newSeries = done.ok ? done.value.newSeries : 0;
  await refundSeries(parts, charged.value - newSeries);
  if (!done.ok) return done;
  const { stored, duplicated } = done.value;
  const counts = { stored, duplicated, ...leftOut };
  for (const [outcome, count] of Object.entries(counts)) {
    const labels = { source: 'imported', outcome };
    if (count > 0) deps.telemetry.count('novacron_metric_samples_total', labels, count);
  }
  return ok({ ...counts, new_series: newSeries });
}

/** Whether NovaCron goes on with the series: it does not count against the quota. */
function isMeasured({ metricSource }: CapabilityDeps, { kind }: MetricTarget, name: string) {
  if (kind === 'tenant') return false;
  if (kind !== 'vm_group') return isFleetMetric(name);
  return isReservedMetric(name) || metricSource?.metrics.includes(name) === true;
}

interface SortedHistory {
  readonly samples: readonly MetricSample[];
  readonly recent: number;
  readonly expired: number;
}

/** Clients still write the minutes of the last 2 hours. */
function sortHistory(
  { name, samples: given }: ParsedInputOf<'metric.import'>,
  nowMs: number,
): Result<SortedHistory, Problem> {
  const nowS = Math.floor(nowMs / MS_PER_SECOND);
  const lastS = Math.floor((nowS - METRIC_LATE_S_MAX) / MINUTE_S) * MINUTE_S;
  const samples: MetricSample[] = [];
  let [recent, expired] = [0, 0];
  for (const [index, { at, value }] of given.entries()) {
    const atS = Math.floor(Date.parse(at) / MS_PER_SECOND);
    if (atS > nowS) return err(inFuture(index, at));
    if (atS >= lastS) recent += 1;
    else if (atS < nowS - METRIC_HISTORY_S_MAX) expired += 1;
    else samples.push({ name, atS, value });
  }
  return ok({ samples, recent, expired });
}

function inFuture(index: number, at: string): Problem {
  return problem('validation-failed', {
    detail: `The sample of ${at} is in the future.`,
    remedy: 'Correct its time: samples of the past are imported, in UTC or with their zone.',
    fields: [{ path: ['samples', index, 'at'], message: 'is in the future' }],
  });
}

function describeSamples(name: string, samples: readonly MetricSample[]) {
  const times = samples.map(({ atS }) => atS * MS_PER_SECOND);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return {
    names: [name],
    samples: samples.length,
    from: toTimestamp(first),
    to: toTimestamp(last),
  };
}
