/** Lists series, and shows them over time. */

import { type MetricUnit, unitOfMetric } from '@novacron/contract/formats/metric-name';
import { readMoment } from '@novacron/contract/formats/read-moment';
import {
  METRIC_POINTS_MAX,
  type MetricSeriesItem,
} from '@novacron/contract/monitoring/metric-operations';
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { SeriesInfo } from '../../../ports/metric-series.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listWhole, type WholeList } from '../../kernel/lists/list-items.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findTarget, type NamedTarget, seriesOf } from './find-target.ts';
import { type Steps, summarizeRun } from './summarize-run.ts';

const MS_PER_SECOND = 1_000;
const MINUTE_S = 60;

/** Lists the series of a target. Problems: `not-found`, `validation-failed`, `unavailable`. */
export async function listMetrics(
  deps: CapabilityDeps,
  { vm_id, vm_group_id, ...input }: ParsedInputOf<'metric.list'>,
  context: CallContext,
): Promise<Result<WholeList<MetricSeriesItem>, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const target = await findTarget(deps, { vm_id, vm_group_id }, context);
  if (!target.ok) return target;
  const found = await series.value.list(target.value.id);
  if (!found.ok) return found;
  const all = found.value.map(toItem).map((item) => ({ id: item.name, item, ...item }));
  const nowMs = deps.clock.nowMs();
  const { items, ...total } = listWhole({ operation: 'metric.list', input, nowMs }, all);
  return ok({ items: items.map(({ item }) => item), ...total });
}

function toItem({ name, source, sinceS, latest }: SeriesInfo): MetricSeriesItem {
  const { unit, kind } = describeMetric(name);
  return {
    name,
    unit,
    kind,
    source,
    since: toTimestamp(sinceS * MS_PER_SECOND),
    latest_at: latest === undefined ? null : toTimestamp(latest.atS * MS_PER_SECOND),
    latest_value: latest?.value ?? null,
  };
}

/** The unit and kind of a metric, as its name says. */
export function describeMetric(name: string): MetricUnit {
  const found = unitOfMetric(name);
  assert(found !== undefined, `${name} was accepted by its unit`);
  return found;
}

/** Shows a metric. Problems: `not-found`, `validation-failed`, `unavailable`. */
export async function queryMetric(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.query'>,
  context: CallContext,
): Promise<Result<OutputOf<'metric.query'>, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const target = await findTarget(deps, input, context);
  if (!target.ok) return target;
  const { name, statistics } = input;
  const { unit, kind } = describeMetric(name);
  if (kind === 'gauge' && statistics.includes('rate')) return err(rateOfGauge(name));
  const steps = chooseSteps(input, deps.clock.nowMs());
  if (!steps.ok) return steps;
  const { fromS, toS, stepS } = steps.value;
  // The first step has a rate by the entry before it.
  const range = { fromS: fromS - Math.max(stepS, 2 * MINUTE_S), toS };
  const run = await series.value.read({ targetId: target.value.id, name, ...range });
  if (!run.ok) return run;
  if (run.value === undefined) return err(noSeries(target.value, name));
  const points = summarizeRun(run.value, steps.value, statistics).map((values, at) => ({
    at: toTimestamp((fromS + at * stepS) * MS_PER_SECOND),
    values,
  }));
  return ok({
    name,
    unit,
    kind,
    resolution: run.value.resolution,
    from: toTimestamp(fromS * MS_PER_SECOND),
    to: toTimestamp(toS * MS_PER_SECOND),
    step_seconds: stepS,
    points,
  });
}

/** Steps begin at whole multiples of their length, so that the same times have the same points. */
export function chooseSteps(
  {
    from,
    to,
    step_seconds: asked,
  }: Pick<ParsedInputOf<'metric.query'>, 'from' | 'to' | 'step_seconds'>,
  nowMs: number,
): Result<Steps, Problem> {
  const beginS = Math.floor((readMoment(from, nowMs) ?? nowMs) / MS_PER_SECOND);
  const endMs = to === undefined ? nowMs : (readMoment(to, nowMs) ?? nowMs);
  const toS = Math.ceil(endMs / MS_PER_SECOND);
  if (beginS >= toS) return err(emptyRange());
  const least = Math.ceil((toS - beginS) / (METRIC_POINTS_MAX - 1) / MINUTE_S) * MINUTE_S;
  const stepS = asked ?? Math.max(least, MINUTE_S);
  const fromS = Math.floor(beginS / stepS) * stepS;
  const points = Math.ceil((toS - fromS) / stepS);
  return points > METRIC_POINTS_MAX ? err(tooManyPoints(points, least)) : ok({ fromS, toS, stepS });
}

function emptyRange(): Problem {
  return problem('validation-failed', {
    detail: 'The range of the query ends where it begins, or before.',
    remedy: 'Choose a begin before the end; a duration, such as 6h, counts back from now.',
    fields: [{ path: ['from'], message: 'must be before `to`' }],
  });
}

function tooManyPoints(points: number, leastS: number): Problem {
  return problem('validation-failed', {
    detail: `The query has ${points} points; the most is ${METRIC_POINTS_MAX}.`,
    remedy: `Choose longer steps, of ${leastS} s or more, or a shorter range.`,
    fields: [{ path: ['step_seconds'], message: `must be ${leastS} or more for this range` }],
  });
}

function rateOfGauge(name: string): Problem {
  return problem('validation-failed', {
    detail: `${name} is a gauge: its values go up and down, so there is no rate of growth.`,
    remedy: 'Ask for avg; a counter, whose name ends in _total, has a rate.',
    fields: [{ path: ['statistics'], message: 'must not have `rate` for a gauge' }],
  });
}

/** A target has no such series. */
export function noSeries({ name: target, kind }: NamedTarget, name: string): Problem {
  const flag =
    kind === 'tenant' ? '' : kind === 'vm' ? ` --vm-id ${target}` : ` --vm-group-id ${target}`;
  return problem('not-found', {
    detail: `${target} has no metric ${name}.`,
    remedy: `See its metrics: novacron metric list${flag}`,
    fields: [{ path: ['name'], message: 'is no metric of it' }],
  });
}
