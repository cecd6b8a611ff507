/** Reads the metrics that the rules of a VM group are about, and what is expected of them. */

import { isMeasuredMetric, MEASURED_MEMBERS } from '@novacron/contract/formats/metric-name';
import type { ScalingRule } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { MetricSignal, ScalingMember } from '@novacron/engine/scaling/decide/model/scaling';
import { SUBSTITUTE } from '@novacron/engine/scaling/decide/rules/find-lost-source';
import { isOutlier } from '@novacron/engine/scaling/decide/rules/is-outlier';
import { exceedsRange, scopeOf } from '@novacron/engine/scaling/decide/rules/measure-load';
import { wantedAt } from '@novacron/engine/scaling/decide/rules/size-by-rule';
import { mean } from 'simple-statistics';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { summarizeRun } from '../../platform/metrics/summarize-run.ts';
import type { LoadQuestion, ReadForecast } from './forecast-load.ts';

/** Older values are not looked for: they say nothing about now. Unit: seconds. */
const LOOK_BACK_S = 600;

/** Sources may be as far ahead of the server. Unit: seconds. */
const AHEAD_S = 61;

/** Values that are older may be of a source that is away. Unit: ms. */
const FRESH_MS = 120_000;

const MS_PER_SECOND = 1_000;

/** A group whose metrics are read. */
interface Source extends Omit<LoadQuestion, 'rule'> {
  readonly members: readonly ScalingMember[];
}

/** The latest sample that counts, and the one after it that does not. */
type Latest = Pick<MetricSignal, 'value' | 'atMs' | 'ignored'>;

/** The latest value of each metric; a metric without one is left out, and so unknown. */
export async function readSignals(
  { metricSeries, clock }: Pick<CapabilityDeps, 'metricSeries' | 'clock'>,
  source: Source,
  readForecast: ReadForecast,
): Promise<readonly MetricSignal[]> {
  if (metricSeries === undefined) return [];
  const rules = new Map((source.scaling.rules ?? []).map((rule) => [rule.metric, rule]));
  const reader = { series: metricSeries, nowMs: clock.nowMs() };
  const found = await Promise.all(
    [...rules.values()].map(async (rule): Promise<readonly MetricSignal[]> => {
      const signal = await readSignal(reader, rule, source);
      if (signal === undefined || source.scaling.prediction === null) return signal ? [signal] : [];
      const forecast = await readForecast({ ...source, rule });
      return [forecast === undefined ? signal : { ...signal, forecast }];
    }),
  );
  const signals = found.flat();
  if (rules.size === 0 || rules.has(SUBSTITUTE.metric)) return signals;
  // Only where a metric of a rule may be lost is there a use for what stands in for it.
  const isKnown = ({ metric, value, atMs }: MetricSignal) =>
    value !== undefined &&
    value >= 0 &&
    !exceedsRange(metric, value) &&
    reader.nowMs - atMs < FRESH_MS;
  if (signals.length === rules.size && signals.every(isKnown)) return signals;
  const substitute = await readSignal(reader, SUBSTITUTE, source);
  return substitute === undefined ? signals : [...signals, substitute];
}

interface Reader {
  readonly series: MetricSeries;
  readonly nowMs: number;
}

/**
 * The series of the group, which has means of its members; without it, those of its members. What
 * agents measure of a group includes members that are starting: they are idle, or busy with their
 * start, and their part of the mean is no load. While there are some, the ready ones are read.
 */
async function readSignal(
  reader: Reader,
  rule: ScalingRule,
  { groupId, members }: Pick<Source, 'groupId' | 'members'>,
): Promise<MetricSignal | undefined> {
  const { metric } = rule;
  const read = (targetId: string) =>
    readLatest(reader, { targetId, name: metric, scale: wantedAt(rule, members.length) });
  const ready = members.filter(({ state }) => state === 'ready');
  const isMixed = isMeasuredMetric(metric) && ready.length < members.length;
  const own = isMixed && scopeOf(rule) === 'member' ? undefined : await read(groupId);
  if (scopeOf(rule) === 'group') return own && { metric, ...own, membersReporting: 0 };
  if (own !== undefined) {
    // A client that writes the mean of the members has seen them all; agents measure each of them.
    const seen = isMeasuredMetric(metric)
      ? ready.filter(({ loadRatio }) => loadRatio !== undefined)
      : ready;
    return { metric, ...own, membersReporting: seen.length };
  }
  if (isMeasuredMetric(metric) && !isMixed) return undefined;
  const each = (await Promise.all(ready.map(({ id }) => read(id)))).flatMap(
    (latest) => latest ?? [],
  );
  const known = each.flatMap(({ value, atMs }) => (value === undefined ? [] : { value, atMs }));
  const ignored = each.find((latest) => latest.ignored !== undefined)?.ignored;
  if (each.length === 0) return undefined;
  return {
    metric,
    value: known.length === 0 ? undefined : mean(known.map(({ value }) => value)),
    atMs: Math.min(...each.map(({ atMs }) => atMs)),
    ...(ignored === undefined ? {} : { ignored }),
    membersReporting: known.length,
  };
}

async function readLatest(
  { series, nowMs }: Reader,
  request: { readonly targetId: string; readonly name: string; readonly scale: number },
): Promise<Latest | undefined> {
  const { targetId, name, scale } = request;
  const nowS = Math.floor(nowMs / MS_PER_SECOND);
  const range = { targetId, name, fromS: nowS - LOOK_BACK_S, toS: nowS + AHEAD_S };
  const run = await series.read(range);
  if (!run.ok || run.value === undefined) return undefined;
  const { times, means } = run.value;
  const last = times.at(-1);
  if (last === undefined) return undefined;
  const timeOf = (atS: number) => Math.min(nowMs, atS * MS_PER_SECOND);
  if (!isOutlier(means, scale)) return { value: means.at(-1), atMs: timeOf(last) };
  const ignored = means.at(-1);
  return {
    value: means.at(-2),
    atMs: timeOf(times.at(-2) ?? last),
    ...(ignored === undefined ? {} : { ignored }),
  };
}

/** Reads the latest value that a metric of a group had at a time; undefined where there is none. */
export async function readGroupMetric(
  { metricSeries }: Pick<CapabilityDeps, 'metricSeries'>,
  { groupId, metric }: { readonly groupId: string; readonly metric: string },
  atMs: number,
): Promise<number | undefined> {
  if (metricSeries === undefined) return undefined;
  const reader = { series: metricSeries, nowMs: atMs };
  const request = { targetId: groupId, name: metric, scale: Number.POSITIVE_INFINITY };
  return (await readLatest(reader, request))?.value;
}

/** A load of a group in a stretch of time. Times are ms since the Unix epoch. */
interface LoadRange {
  readonly groupId: string;
  readonly metric: string;
  readonly scope: 'member' | 'group';
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Reads the mean load of a stretch, as forecasts count loads; undefined where it is not known. */
export async function readGroupLoad(
  { metricSeries }: Pick<CapabilityDeps, 'metricSeries'>,
  { groupId, metric, scope, fromMs, untilMs }: LoadRange,
): Promise<number | undefined> {
  const [fromS, toS] = [Math.floor(fromMs / MS_PER_SECOND), Math.floor(untilMs / MS_PER_SECOND)];
  const meanOf = async (name: string) => {
    const run = await metricSeries?.read({ targetId: groupId, name, fromS, toS });
    if (run === undefined || !run.ok || run.value === undefined) return undefined;
    const [step] = summarizeRun(run.value, { fromS, toS, stepS: toS - fromS }, ['avg']);
    return step?.avg ?? undefined;
  };
  const value = await meanOf(metric);
  const members = scope === 'member' ? await meanOf(MEASURED_MEMBERS) : 1;
  return value === undefined || members === undefined ? undefined : value * members;
}
