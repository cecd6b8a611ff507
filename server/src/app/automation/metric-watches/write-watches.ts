/** Begins and ends to watch metrics. */
import {
  METRIC_WATCHES_MAX,
  type MetricWatch,
} from '@novacron/contract/monitoring/anomaly-operations';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { MetricWatchRow } from '../../../ports/tables/incident-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findTarget, type NamedTarget, seriesOf } from '../../platform/metrics/find-target.ts';
import { noSeries } from '../../platform/metrics/read-metrics.ts';
import { replan } from '../../rows/resource-problems.ts';
import { readAlerts, resolveAlert, toWatch, type WatchDeps, watchId } from './watch-rows.ts';

/** Watches a metric. Problems: `not-found`, `quota-exceeded`, `policy-denied`, `unavailable`. */
export function watchMetric(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.watch'>,
  context: CallContext,
): Promise<Result<{ readonly resource: MetricWatch }, Problem>> {
  const check = async (): CheckedObject<{ readonly resource: MetricWatch }> => {
    const found = await findMeasured(deps, input, context);
    if (!found.ok) return found;
    const target = found.value;
    const { name: metric, threshold, severity } = input;
    const { known, total, guard } = await readOwn(deps, target, metric);
    const nowMs = deps.clock.nowMs();
    const row: MetricWatchRow = {
      id: watchId(target, metric),
      tenant_id: target.tenantId,
      target_kind: target.kind,
      target_id: target.id,
      metric,
      // What was unusual before is history.
      scored_to_ms: nowMs,
      judged_rows: 0,
      created_at_ms: nowMs,
      created_by: context.principal.name,
      ...known,
      threshold,
      severity,
    };
    const isFull = known === undefined && total >= METRIC_WATCHES_MAX;
    return ok({
      ...writeOf('metric.watch', target),
      found: isFull ? tooMany() : undefined,
      before: known === undefined ? null : fieldsOf(known),
      wanted: fieldsOf(row),
      changes: known === undefined ? [guard, inserting(row)] : [changing(known, row)],
      answer: { resource: toWatch(row, target.kind === 'tenant' ? null : target.name) },
    });
  };
  return admitObject(deps, context, { name: 'metric.watch', check });
}

/** Ends to watch a metric. Problems: `not-found`, `policy-denied`. */
export function unwatchMetric(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.unwatch'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = async (): CheckedObject<Record<string, never>> => {
    const target = await findTarget(deps, input, context);
    if (!target.ok) return target;
    const { known } = await readOwn(deps, target.value, input.name);
    if (known === undefined) return err(notWatched(target.value, input.name));
    return ok({
      ...writeOf('metric.unwatch', target.value),
      before: fieldsOf(known),
      wanted: null,
      changes: await removeWatch(deps, known),
      answer: {},
    });
  };
  return admitObject(deps, context, { name: 'metric.unwatch', check });
}

/** The changes that end a watch and resolve its alerts. */
export async function removeWatch(
  deps: Pick<WatchDeps, 'store' | 'ids' | 'clock'>,
  { id, metric, target_id }: MetricWatchRow,
): Promise<readonly Change[]> {
  const alerts = await readAlerts(deps, { metric, target_id });
  const otherwise = replan(`The watch of ${metric}`);
  return [
    { kind: 'delete', from: 'metric_watches', id, otherwise },
    ...[...alerts.values()].flatMap((row) => resolveAlert(deps, row)),
  ];
}

/** Finds the target of a metric that has samples. */
async function findMeasured(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.watch'>,
  context: CallContext,
): Promise<Result<NamedTarget, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const target = await findTarget(deps, input, context);
  if (!target.ok) return target;
  const listed = await series.value.list(target.value.id);
  if (!listed.ok) return listed;
  const isThere = listed.value.some(({ name }) => name === input.name);
  return isThere ? target : err(noSeries(target.value, input.name));
}

/** The watches of a tenant, and what makes the commit of another one fail if they change. */
async function readOwn({ store }: CapabilityDeps, target: NamedTarget, metric: string) {
  const { tenantId } = target;
  const rule = `metric-watches/${tenantId}`;
  const { rows, rules } = await store.snapshot({
    rows: { from: 'metric_watches', where: { tenant_id: tenantId } },
    rules: { from: 'rule_versions', where: { id: rule } },
  });
  const otherwise = replan('Another watched metric');
  const guard: Change = { kind: 'move-rule', rule, from: rules[0]?.version ?? 0, otherwise };
  const id = watchId(target, metric);
  return { known: rows.find((row) => row.id === id), total: rows.length, guard };
}

function inserting(row: MetricWatchRow): Change {
  const otherwise = replan(`The watch of ${row.metric}`);
  return { kind: 'insert', into: 'metric_watches', row, otherwise };
}

function changing(before: MetricWatchRow, { threshold, severity }: MetricWatchRow): Change {
  return {
    kind: 'update',
    table: 'metric_watches',
    id: before.id,
    set: { threshold, severity },
    expect: { threshold: before.threshold, severity: before.severity },
    otherwise: replan(`The watch of ${before.metric}`),
  };
}

function writeOf(operation: 'metric.watch' | 'metric.unwatch', { id, name }: NamedTarget) {
  return { operation, resourceKind: 'metric', target: { id, name } } as const;
}

/** The fields that policies and audit entries see. */
function fieldsOf(row: MetricWatchRow) {
  const { target_kind, target_id, metric, threshold, severity } = row;
  return { target_kind, target_id, names: [metric], threshold, severity };
}

function tooMany(): Problem {
  return problem('quota-exceeded', {
    detail: `The tenant watches ${METRIC_WATCHES_MAX} metrics, which is the most.`,
    remedy: 'Stop watching another one first: novacron metric watches lists them.',
  });
}

function notWatched({ name: target }: NamedTarget, metric: string): Problem {
  return problem('not-found', {
    detail: `${metric} of ${target} is not watched.`,
    remedy: 'See what is: novacron metric watches',
    fields: [{ path: ['name'], message: 'is not watched' }],
  });
}
