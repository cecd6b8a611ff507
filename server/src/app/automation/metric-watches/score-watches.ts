/**
 * Judges the new steps of watched metrics, raises an alert for an anomaly that begins and for a
 * metric that reports no more, and resolves it when that is over. The commit that raises one also
 * records how far the metric is judged, so that each step is judged once, whichever server does it.
 */
import { isReservedMetric } from '@novacron/contract/formats/metric-name';
import { AlertSeverity } from '@novacron/contract/monitoring/alert-operations';
import { WATCH_STEP_S } from '@novacron/contract/monitoring/metric-operations';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import type { Change } from '../../../ports/store.ts';
import type { MetricWatchRow } from '../../../ports/tables/incident-rows.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { takeTurns } from '../../kernel/reconcilers/take-turns.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import { replan } from '../../rows/resource-problems.ts';
import { trackAlert } from '../alerts/track-alerts.ts';
import { createFollowers, type Followers } from './follow-watches.ts';
import { readSilence } from './read-silence.ts';
import { readTargets } from './read-watches.ts';
import {
  alertPolicy,
  type Begun,
  readAlerts,
  resolveAlert,
  type WatchDeps,
  type WatchRule,
  type WatchTarget,
} from './watch-rows.ts';
import { removeWatch } from './write-watches.ts';

/** Interval between rounds: a step ends as often. Unit: ms. */
const LOOK_MS = WATCH_STEP_S * 1_000;

/** Watches of one round, those judged longest ago first: at worst some 10 s of work. */
const WATCHES_PER_ROUND_MAX = 300;

/** Samples may come so much later than their time. Unit: seconds. */
const LATE_S = 60;

const MS_PER_SECOND = 1_000;

interface Round extends Pick<ReconcilerBudget, 'guard'> {
  readonly deps: WatchDeps;
  readonly series: MetricSeries;
  readonly followers: Followers;
}

/** Raises and resolves alerts of watched metrics. */
export function metricWatches({ deps }: { readonly deps: WatchDeps }): Reconciler {
  const followers = createFollowers();
  return {
    name: 'metric-watches',
    summary: 'Raises alerts for watched metrics that are unusual or report no more.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      const { store, metricSeries: series } = deps;
      if (series === undefined) return undefined;
      const rows = await store.read({
        from: 'metric_watches',
        orderBy: { column: 'scored_to_ms', direction: 'asc' },
        limit: WATCHES_PER_ROUND_MAX,
      });
      if (rows.length < WATCHES_PER_ROUND_MAX) followers.retain(rows);
      const targets = await readWatchTargets(deps, rows);
      const round = { deps, series, followers, guard };
      const works = rows.map((row) => ({
        tenantId: row.tenant_id,
        work: lookSafely(round, row, targets.get(row.id)),
      }));
      await takeTurns(deps, works, mayContinue);
      return undefined;
    },
  };
}

/** The targets that are there, by the id of the watch. */
async function readWatchTargets(
  deps: WatchDeps,
  rows: readonly MetricWatchRow[],
): Promise<ReadonlyMap<string, WatchTarget>> {
  const found = await readTargets(deps, rows);
  const tenants = await deps.store.read({
    from: 'tenants',
    where: { id: { in: [...new Set(rows.map(({ tenant_id: id }) => id))] } },
  });
  const isTenant = new Set<string>(tenants.map(({ id }) => id));
  const groups = rows.filter(({ target_kind: kind }) => kind === 'vm_group');
  const members = await deps.store.tally({
    from: 'vm_group_members',
    by: ['group_id'],
    where: { group_id: { in: groups.map(({ target_id: id }) => id) } },
  });
  const isPopulated = new Set(members.map(({ values: [id] }) => id));
  return new Map(
    rows.flatMap(({ id, target_kind: kind, target_id: targetId, metric }) => {
      const target = found.get(targetId);
      if (target !== undefined) {
        const isOff = kind === 'vm_group' ? !isPopulated.has(targetId) : isStopped(target);
        const measured = isOff && isReservedMetric(metric) ? 'stopped' : 'expected';
        return [[id, { kind, id: targetId, name: target.name, measured }] as const];
      }
      const tenant = { kind, id: targetId, name: 'the tenant', measured: 'expected' } as const;
      return isTenant.has(targetId) ? [[id, tenant] as const] : [];
    }),
  );
}

async function* lookSafely(
  round: Round,
  row: MetricWatchRow,
  target: WatchTarget | undefined,
): AsyncGenerator<void> {
  try {
    await look(round, row, target);
  } catch (cause) {
    round.followers.forget(row);
    round.deps.logger.warn({ cause, watch: row.id }, 'a watched metric could not be judged');
  }
  yield;
}

async function look(
  round: Round,
  row: MetricWatchRow,
  target: WatchTarget | undefined,
): Promise<void> {
  const { deps, series, followers, guard } = round;
  if (target === undefined) {
    followers.forget(row);
    await commitUnder(guard, deps, await removeWatch(deps, row));
    return;
  }
  const nowS = Math.floor(deps.clock.nowMs() / MS_PER_SECOND);
  const toS = Math.floor((nowS - LATE_S) / WATCH_STEP_S) * WATCH_STEP_S;
  const toMs = toS * MS_PER_SECOND;
  if (toMs <= row.scored_to_ms) return;
  const followed = await followers.follow(series, row, { toS, target: target.name });
  const silence = await readSilence(series, row, { nowS, target });
  if (followed === undefined || silence === undefined) return;
  const alerts = await readAlerts(deps, row);
  const changes: Change[] = [];
  for (const { rule, begun, isOver } of [followed.anomaly, silence]) {
    const alert = alerts.get(rule);
    const isOpen = alert !== undefined && alert.state !== 'resolved';
    // A silence is found in each round; an anomaly counts again only if it grows.
    const isNew = begun !== undefined && !(rule === 'no-samples' && isOpen);
    if (isNew) changes.push(...(await raise(deps, row, { rule, target, ...begun })));
    else if (isOver) changes.push(...resolveAlert(deps, alert));
  }
  const done = await commitUnder(guard, deps, [...changes, judged(row, toMs, followed.rows)]);
  if (!done.ok) followers.forget(row);
}

async function raise(
  deps: WatchDeps,
  row: MetricWatchRow,
  { rule, target, message, because }: Begun & { rule: WatchRule; target: WatchTarget },
): Promise<readonly Change[]> {
  const { kind, id, name } = target;
  const tracked = await trackAlert(deps, {
    tenantId: row.tenant_id,
    source: 'metric',
    events: 'published',
    policy: alertPolicy(row.metric, rule),
    rule,
    target: { kind, id, name },
    severity: AlertSeverity.parse(row.severity),
    message,
    because,
  });
  return tracked.changes;
}

/** Another server, or a request, may have changed the watch meanwhile. */
function judged(row: MetricWatchRow, toMs: number, rows: number): Change {
  return {
    kind: 'update',
    table: 'metric_watches',
    id: row.id,
    set: { scored_to_ms: toMs, judged_rows: rows },
    expect: { scored_to_ms: row.scored_to_ms, threshold: row.threshold },
    otherwise: replan(`The watch of ${row.metric}`),
  };
}

/** Whether a VM does not run, so that NovaCron does not measure it. */
function isStopped(row: ResourceRow): boolean {
  const { status } = observedOf(row);
  return status === 'stopped' || status === 'preempted' || status === 'failed';
}
