/** Finds watched metrics that report no more. */
import { formatDuration } from '@novacron/contract/formats/duration';
import { planSilence } from '@novacron/engine/scaling/anomaly/plan-silence';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import type { MetricWatchRow } from '../../../ports/tables/incident-rows.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { WatchFinding, WatchTarget } from './watch-rows.ts';

/** Samples that are looked at: those of VMs are stored about as long. Unit: seconds. */
const LOOKED_AT_S = 2 * 86_400;

/** Sources may be ahead of the server. Unit: seconds. */
const AHEAD_S = 61;

const MS_PER_SECOND = 1_000;

/** Looks for a silence; undefined where the series cannot be read. */
export async function readSilence(
  series: MetricSeries,
  { metric, target_id: targetId }: MetricWatchRow,
  { nowS, target }: { readonly nowS: number; readonly target: WatchTarget },
): Promise<WatchFinding | undefined> {
  const range = { targetId, name: metric, fromS: nowS - LOOKED_AT_S, toS: nowS + AHEAD_S };
  const run = await series.read(range);
  if (!run.ok) return undefined;
  const found = planSilence(run.value?.times ?? [], nowS);
  const silence = target.measured === 'stopped' ? undefined : found;
  if (silence === undefined) return { rule: 'no-samples', begun: undefined, isOver: true };
  const { sinceS, usualS } = silence;
  const since =
    sinceS === undefined ? 'for 2 days' : `since ${toTimestamp(sinceS * MS_PER_SECOND)}`;
  const message = `${metric} of ${target.name} has no samples ${since}`;
  const usual = usualS === undefined ? [] : [usualWords(usualS)];
  return { rule: 'no-samples', begun: { message, because: usual }, isOver: false };
}

function usualWords(usualS: number): string {
  return `Before that, a sample came every ${formatDuration(usualS * MS_PER_SECOND)}.`;
}
