/** Notes what became of changes of sizes: the ends of their operations, and their effects. */
import { canonicalJson } from '@novacron/contract/json';
import type { ScalingOutcome } from '@novacron/contract/kinds/vm-group/scaling-event';
import type { Change } from '../../../ports/store.ts';
import type { ScalingEventRow } from '../../../ports/tables/orchestration-rows.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { CapabilityDeps } from '../deps.ts';
import { readGroupMetric } from './read-signals.ts';
import { eventAction } from './scaling-event-answers.ts';

/** How long after a change its effect is measured: new members serve by then. Unit: ms. */
const EFFECT_MS = 300_000;

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
    const endedMs = event.ended_at_ms ?? event.timestamp;
    if (deps.clock.nowMs() - endedMs >= EFFECT_MS) effects.push(await measureEffect(deps, event));
  }
  const changes = [...ended, ...effects];
  if (changes.length > 0 && mayContinue()) await deps.store.commit([guard(), ...changes]);
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

async function measureEffect(deps: CapabilityDeps, event: ScalingEventRow): Promise<Change> {
  const before = parseStored<Record<string, number>>(event.metrics) ?? {};
  const found = await Promise.all(
    Object.keys(before).map(async (metric): Promise<[string, number][]> => {
      const value = await readGroupMetric(deps, event.cluster_id, metric);
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
  const effect = { metrics, accuracy: accuracyOf(event, metrics) };
  const set = { scaling_outcome: 'succeeded', effect_json: canonicalJson(effect) };
  return { kind: 'patch', table: 'scaling_events', id: event.id, set };
}

interface StoredPrediction {
  readonly metric: string;
  readonly scope: 'member' | 'group';
  readonly load_expected: number | null;
}

/**
 * How near the load came to the expected one. The load of a metric of members is their sum; that
 * of a group is the value itself.
 */
function accuracyOf(
  event: ScalingEventRow,
  metrics: Readonly<Record<string, number>>,
): number | null {
  const said = parseStored<StoredPrediction>(event.prediction);
  const value = said && metrics[said.metric];
  if (said === undefined || value === undefined || said.load_expected === null) return null;
  const load = said.scope === 'group' ? value : value * (metrics.size ?? 0);
  const most = Math.max(Math.abs(load), Math.abs(said.load_expected));
  return most === 0 ? 1 : 1 - Math.abs(load - said.load_expected) / most;
}
