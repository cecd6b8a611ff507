/** Notes what became of changes of sizes: the ends of their operations, and their effects. */
import { canonicalJson } from '@novacron/contract/json';
import type { ScalingOutcome } from '@novacron/contract/kinds/vm-group/scaling-event';
import type { Change } from '../../../ports/store.ts';
import type { ScalingEventRow } from '../../../ports/tables/orchestration-rows.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { readGroupLoad, readGroupMetric } from './read-signals.ts';
import { eventAction } from './scaling-event-answers.ts';

/** Time after a change at which its effect is measured: new members serve by then. Unit: ms. */
const EFFECT_MS = 300_000;

/** Samples of the time that was forecast may come so much later. Unit: ms. */
const LATE_MS = 60_000;

/** Events of one round; the others follow in the next one. */
const EVENTS_PER_ROUND_MAX = 500;

/** Settles the events of changes that are not settled. */
export async function settleEvents(
  deps: CapabilityDeps,
  { guard, mayContinue }: Pick<ReconcilerBudget, 'guard' | 'mayContinue'>,
): Promise<void> {
  const limit = EVENTS_PER_ROUND_MAX;
  const { running, measuring } = await deps.store.snapshot({
    running: { from: 'scaling_events', where: { scaling_outcome: 'running' }, limit },
    measuring: { from: 'scaling_events', where: { scaling_outcome: 'measuring' }, limit },
  });
  const ended = await findEnded(deps, running);
  const effects: Change[] = [];
  for (const event of measuring) {
    if (!mayContinue()) return;
    if (deps.clock.nowMs() >= dueMsOf(event)) effects.push(await measureEffect(deps, event));
  }
  const changes = [...ended, ...effects];
  if (changes.length > 0 && mayContinue()) await commitUnder(guard, deps, changes);
}

async function findEnded(
  { store, clock }: CapabilityDeps,
  events: readonly ScalingEventRow[],
): Promise<readonly Change[]> {
  const idOf = (event: ScalingEventRow) => eventAction(event).operation_id ?? '';
  const operations = await store.read({
    from: 'operations',
    where: { id: { in: events.map(idOf) } },
    damaged: 'blank',
  });
  const byId = new Map<string, (typeof operations)[number]>(operations.map((row) => [row.id, row]));
  const sizes = await countMembers(
    store,
    events.map(({ cluster_id: id }) => id),
  );
  return events.flatMap((event): Change[] => {
    const operation = byId.get(idOf(event));
    // Retention has deleted its operation, or it was never stored.
    if (operation === undefined) return [endOf(event, 'unknown', clock.nowMs())];
    const { status, finished_at_ms: endedMs } = operation;
    if (status === 'running' || status === 'undoing') return [];
    const { from, to } = eventAction(event);
    // A member that could not be drained or deleted has stayed.
    const isLeft = (to ?? 0) < (from ?? 0) && (sizes.get(event.cluster_id) ?? 0) > (to ?? 0);
    const outcome = status === 'succeeded' && !isLeft ? 'measuring' : 'failed';
    return [endOf(event, outcome, endedMs ?? clock.nowMs())];
  });
}

async function countMembers(
  store: CapabilityDeps['store'],
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const members = await store.read({
    from: 'vm_group_members',
    where: { group_id: { in: groupIds } },
  });
  const sizes = new Map<string, number>();
  for (const { group_id: id } of members) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  return sizes;
}

function endOf(
  { id }: ScalingEventRow,
  outcome: ScalingOutcome | 'measuring',
  endedMs: number,
): Change {
  const set = { scaling_outcome: outcome, ended_at_ms: endedMs };
  return { kind: 'patch', table: 'scaling_events', id, set };
}

function effectMsOf({ ended_at_ms: endedMs, timestamp }: ScalingEventRow): number {
  return (endedMs ?? timestamp) + EFFECT_MS;
}

/** Returns the time from which both the effect and the forecast load can be read. */
function dueMsOf(event: ScalingEventRow): number {
  const forecast = forecastOf(event);
  return Math.max(effectMsOf(event), forecast === undefined ? 0 : forecast.untilMs + LATE_MS);
}

async function measureEffect(deps: CapabilityDeps, event: ScalingEventRow): Promise<Change> {
  const before = parseStored<Record<string, number>>(event.metrics) ?? {};
  const found = await Promise.all(
    Object.keys(before).map(async (metric): Promise<[string, number][]> => {
      const of = { groupId: event.cluster_id, metric };
      const value = await readGroupMetric(deps, of, effectMsOf(event));
      return value === undefined ? [] : [[metric, value]];
    }),
  );
  const [group] = await deps.store.read({
    from: 'vm_groups',
    where: { id: event.cluster_id },
    damaged: 'blank',
  });
  const size = group === undefined ? {} : { size: group.size };
  const metrics = { ...Object.fromEntries(found.flat()), ...size };
  const effect = { metrics, accuracy: await measureAccuracy(deps, event) };
  const set = { scaling_outcome: 'succeeded', effect_json: canonicalJson(effect) };
  return { kind: 'patch', table: 'scaling_events', id: event.id, set };
}

/** Forecast for the time at which new members were expected to be ready. */
interface EventForecast {
  readonly metric: string;
  readonly scope: 'member' | 'group';
  readonly fromMs: number;
  readonly untilMs: number;
  readonly load: number;
}

/** Reads it; undefined where no forecast took part. */
function forecastOf({ prediction }: ScalingEventRow): EventForecast | undefined {
  const stored = parseStored<StoredPrediction>(prediction);
  if (stored === undefined) return undefined;
  const { metric, scope, ready_from: from, ready_until: until, load_ready: load } = stored;
  if (from === null || until === null || load === null) return undefined;
  return { metric, scope, fromMs: Date.parse(from), untilMs: Date.parse(until), load };
}

interface StoredPrediction {
  readonly metric: string;
  readonly scope: 'member' | 'group';
  readonly ready_from: string | null;
  readonly ready_until: string | null;
  readonly load_ready: number | null;
}

/** Measures the accuracy of the load forecast, at the forecast time: 0 to 1. */
async function measureAccuracy(
  deps: Pick<CapabilityDeps, 'metricSeries'>,
  event: ScalingEventRow,
): Promise<number | null> {
  const forecast = forecastOf(event);
  if (forecast === undefined) return null;
  const load = await readGroupLoad(deps, { groupId: event.cluster_id, ...forecast });
  if (load === undefined) return null;
  const most = Math.max(Math.abs(load), Math.abs(forecast.load));
  return most === 0 ? 1 : Math.max(0, 1 - Math.abs(load - forecast.load) / most);
}
