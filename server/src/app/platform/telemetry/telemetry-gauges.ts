/** Reads the gauges whose values only the store has: the current number of each kind. */
import { ComplianceStandard } from '@novacron/contract/compliance/compliance';
import { z } from 'zod';
import type { Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { GaugeName, GaugeSeries, Telemetry } from '../../../ports/telemetry.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import { repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import { watchedStatusOf } from '../../resources/gitops-application/application-row.ts';
import { isUnobserved, shownStatus } from '../../resources/vm/read/shown-status.ts';
import { observedOf, readableRows } from '../../rows/answer-resource.ts';
import { conditionsOf } from '../../rows/observed/node-conditions.ts';
import type { CapabilityDeps } from '../deps.ts';
import { setUse } from './telemetry-use.ts';

const MILLISECONDS = 1_000;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** VMs are read in pages, so that no reading blocks the event loop for long. */
const VMS_PER_PAGE_MAX = 500;

/** Dependencies of reading the gauges. */
export type GaugeDeps = Pick<
  CapabilityDeps,
  'store' | 'clock' | 'timers' | 'logger' | 'usage' | 'serverVersion'
> & {
  readonly telemetry: Telemetry;
};

/** Gauges that are refreshed regularly. */
export interface GaugeReader {
  /** Reads them now. */
  readonly refresh: () => Promise<void>;
  readonly stop: () => void;
}

/**
 * Reads the gauges at once and then regularly.
 * @param intervalMs - from the end of a reading to the next one; METRICS_INTERVAL
 */
export function startGauges(deps: GaugeDeps, intervalMs: number): GaugeReader {
  const rounds = repeatWork(deps.timers, {
    everyMs: intervalMs,
    firstMs: 0,
    work: () => refreshGauges(deps),
    onFailure: (cause) => deps.logger.warn({ cause }, 'the gauges could not be refreshed'),
  });
  return { refresh: () => refreshGauges(deps), stop: rounds.stop };
}

async function refreshGauges(deps: GaugeDeps): Promise<void> {
  const { store, clock, telemetry, usage, serverVersion: version } = deps;
  const read = await store.snapshot({
    nodes: { from: 'nodes' },
    pools: { from: 'storage_pools' },
    open: {
      from: 'operations',
      where: { status: { in: ['running', 'undoing', 'stuck'] } },
      damaged: 'blank',
    },
    waiting: { from: 'events', where: { position: null }, limit: 1 },
    incidents: { from: 'incidents', where: { state: { in: ['open', 'acknowledged'] } } },
    down: { from: 'incident_members', where: { up_at_ms: null } },
    verified: { from: 'audit_verifications' },
    synced: { from: 'gitops_applications', damaged: 'blank' },
    followed: { from: 'recommendations' },
    points: {
      from: 'compliance_points',
      where: { at_ms: { above: clock.nowMs() - SCORED_MS } },
    },
  });
  const { nodes, pools, open, waiting, incidents, down, verified, synced, points } = read;
  const { followed } = read;
  telemetry.set('novacron_build_info', [{ labels: { version }, value: 1 }]);
  telemetry.set('novacron_nodes', byWord('status', countWords(nodes.map((row) => row.status))));
  const refusing = nodes.filter(({ followed_json }) => followed_json !== null);
  setOne(telemetry, 'novacron_nodes_refusing', refusing.length);
  const contested = nodes.filter(({ refused_json }) => refused_json !== null);
  setOne(telemetry, 'novacron_nodes_contested', contested.length);
  telemetry.set('novacron_operations', byWord('status', countWords(open.map((row) => row.status))));
  const unobserved = nodes.filter((node) => isUnobserved(node, clock.nowMs()));
  const names = new Set(unobserved.map(({ name }) => name));
  telemetry.set('novacron_vms', byWord('status', await countVms(store, names)));
  setConditions(telemetry, nodes);
  setIncidents(telemetry, incidents);
  setApplications(telemetry, synced);
  setScores(telemetry, points);
  setRecommendations(telemetry, followed);
  await setAccuracy(deps);
  setOne(telemetry, 'novacron_vms_down', new Set(down.map(({ vm_id }) => vm_id)).size);
  setFleet(telemetry, nodes, usage);
  setUse(telemetry, nodes, usage);
  setPools(telemetry, pools);
  setAudit(telemetry, verified);
  const nowMs = clock.nowMs();
  const lagMs = Math.max(0, nowMs - (waiting[0]?.at_ms ?? nowMs));
  setOne(telemetry, 'novacron_event_relay_lag_seconds', lagMs / MILLISECONDS);
  setOne(telemetry, 'novacron_gauges_refreshed_timestamp_seconds', nowMs / MILLISECONDS);
}

function setConditions(telemetry: Telemetry, nodes: readonly Tables['nodes'][]): void {
  const seen = nodes.flatMap(conditionsOf).filter(({ clearedMs }) => clearedMs === null);
  const kinds = [...new Set(seen.map(({ kind }) => kind))];
  telemetry.set(
    'novacron_node_conditions',
    kinds.flatMap((kind) => {
      const found = seen.filter((each) => each.kind === kind).map((each) => each.severity);
      return [...countWords(found)].map(([severity, value]) => ({
        labels: { kind, severity },
        value,
      }));
    }),
  );
}

function setIncidents(telemetry: Telemetry, rows: readonly Tables['incidents'][]): void {
  const causes = [...new Set(rows.map(({ cause }) => cause))];
  telemetry.set(
    'novacron_incidents',
    causes.flatMap((cause) => {
      const states = rows.filter((row) => row.cause === cause).map(({ state }) => state);
      return [...countWords(states)].map(([state, value]) => ({ labels: { cause, state }, value }));
    }),
  );
}

function setApplications(
  telemetry: Telemetry,
  rows: readonly Tables['gitops_applications'][],
): void {
  const states = rows.flatMap((row) => watchedStatusOf(row) ?? []);
  const words = countWords(states.map(({ sync, health }) => `${sync} ${health}`));
  telemetry.set(
    'novacron_gitops_applications',
    [...words].map(([text, value]) => {
      const [sync = '', health = ''] = text.split(' ');
      return { labels: { sync, health }, value };
    }),
  );
}

/** Each complete scan scores again, once an hour. */
const SCORED_MS = 10_800_000;

const Point = z.looseObject({ score: z.number().nullable(), ownFailures: z.number() });

function setScores(telemetry: Telemetry, rows: readonly Tables['compliance_points'][]): void {
  // Around midnight, a tenant has a point of either day.
  const latest = new Map(
    rows
      .toSorted((a, b) => a.at_ms - b.at_ms)
      .map((row) => [`${row.tenant_id} ${row.standard}`, row]),
  );
  const scored = [...latest.values()].map(({ standard, point_json: text }) => {
    return { standard, ...Point.parse(JSON.parse(text)) };
  });
  // Those of tenants are for the tenants alone.
  const standards = ComplianceStandard.options.filter((id) =>
    scored.some(({ standard }) => standard === id),
  );
  const perStandard = (figuresOf: (points: typeof scored) => readonly number[]) =>
    standards.flatMap((standard) =>
      figuresOf(scored.filter((each) => each.standard === standard)).map((value) => {
        return { labels: { standard }, value };
      }),
    );
  telemetry.set(
    'compliance_score_percentage',
    perStandard((points) => {
      const scores = points.flatMap(({ score }) => score ?? []);
      return scores.length === 0 ? [] : [Math.min(...scores)];
    }),
  );
  telemetry.set(
    'novacron_compliance_failures',
    perStandard((points) => [points.reduce((sum, { ownFailures }) => sum + ownFailures, 0)]),
  );
}

const Followed = z.looseObject({
  confidence: z.number().nullable(),
  measured_improvement: z.number().nullable(),
});

function setRecommendations(
  telemetry: Telemetry,
  rows: readonly Tables['recommendations'][],
): void {
  const followed = rows.map((row) => Followed.parse(JSON.parse(row.followed_json)));
  const meanOf = (values: readonly number[]) =>
    values.length === 0
      ? []
      : [{ labels: {}, value: values.reduce((sum, value) => sum + value, 0) / values.length }];
  telemetry.set(
    'optimization_improvements_percentage',
    meanOf(followed.flatMap(({ measured_improvement }) => measured_improvement ?? [])),
  );
  telemetry.set(
    'optimization_confidence_score',
    meanOf(followed.flatMap(({ confidence }) => confidence ?? [])),
  );
}

const DAY_MS = 86_400_000;

/** A decision that a person has overridden was wrong. */
async function setAccuracy({ store, clock, telemetry }: GaugeDeps): Promise<void> {
  const groups = await store.tally({
    from: 'autonomous_decisions',
    where: { at_ms: { above: clock.nowMs() - DAY_MS } },
    by: ['verdict', 'is_overridden'],
  });
  const judged = groups.map(({ values: [verdict, overridden], total }) => {
    return { verdict: overridden === '1' ? 'wrong' : verdict, total };
  });
  const count = (word: string) =>
    judged.reduce((sum, { verdict, total }) => sum + (verdict === word ? total : 0), 0);
  const [right, wrong] = [count('right'), count('wrong')];
  const series = right + wrong === 0 ? [] : [{ labels: {}, value: right / (right + wrong) }];
  telemetry.set('decision_accuracy', series);
}

type PlainGauge = {
  [Name in GaugeName]: Record<never, never> extends GaugeSeries<Name>['labels'] ? Name : never;
}[GaugeName];

function setOne(telemetry: Telemetry, name: PlainGauge, value: number): void {
  telemetry.set(name, [{ labels: {}, value }]);
}

async function countVms(
  store: Store,
  unobserved: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const statuses: string[] = [];
  const read = (after: string) =>
    store.read({
      from: 'vms',
      where: { id: { above: after } },
      orderBy: { column: 'id', direction: 'asc' },
      limit: VMS_PER_PAGE_MAX,
    });
  for await (const page of readPages({ length: VMS_PER_PAGE_MAX, read })) {
    const readable = new Set(readableRows(page));
    for (const row of page) {
      statuses.push(
        readable.has(row)
          ? String(shownStatus(observedOf(row), unobserved) ?? 'unknown')
          : 'damaged',
      );
    }
  }
  return countWords(statuses);
}

function countWords(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function byWord<Label extends string>(label: Label, counts: ReadonlyMap<string, number>) {
  return [...counts].map(([word, value]) => {
    // A computed key widens to `string`; it is the label all the same.
    return { labels: { [label]: word } as Readonly<Record<Label, string>>, value };
  });
}

function setFleet(
  telemetry: Telemetry,
  nodes: readonly Tables['nodes'][],
  usage: GaugeDeps['usage'],
): void {
  const present = nodes.filter(({ status }) => status !== 'lost');
  const zones = [...new Set(nodes.map(({ zone }) => zone))];
  const perZone = (amountOf: (node: Tables['nodes']) => number) =>
    zones.map((zone) => {
      const there = present.filter((node) => node.zone === zone);
      return { labels: { zone }, value: there.reduce((sum, node) => sum + amountOf(node), 0) };
    });
  telemetry.set(
    'novacron_capacity_cpu_cores',
    perZone((node) => node.cpu_cores),
  );
  telemetry.set(
    'novacron_allocated_cpu_cores',
    perZone((node) => node.cpu_cores_used),
  );
  telemetry.set(
    'novacron_used_cpu_cores',
    perZone(({ name }) => usage?.ofNode(name)?.cpuCores ?? 0),
  );
  telemetry.set(
    'novacron_used_memory_bytes',
    perZone(({ name }) => (usage?.ofNode(name)?.memoryMib ?? 0) * MIB),
  );
  telemetry.set(
    'novacron_capacity_memory_bytes',
    perZone((node) => node.memory_mib * MIB),
  );
  telemetry.set(
    'novacron_allocated_memory_bytes',
    perZone((node) => node.memory_mib_used * MIB),
  );
  telemetry.set(
    'novacron_capacity_disk_bytes',
    perZone((node) => node.disk_gb * GIB),
  );
  telemetry.set(
    'novacron_allocated_disk_bytes',
    perZone((node) => node.disk_gb_used * GIB),
  );
}

function setAudit(telemetry: Telemetry, rows: readonly Tables['audit_verifications'][]): void {
  const broken = rows.filter(({ broken_at_ms: brokenMs }) => brokenMs !== null);
  setOne(telemetry, 'novacron_audit_chain_intact', broken.length === 0 ? 1 : 0);
  const ends = rows.flatMap(({ verified_at_ms: endMs }) => (endMs === null ? [] : [endMs]));
  if (ends.length === 0) return;
  const oldestMs = Math.min(...ends);
  setOne(telemetry, 'novacron_audit_verified_timestamp_seconds', oldestMs / MILLISECONDS);
}

function setPools(telemetry: Telemetry, pools: readonly Tables['storage_pools'][]): void {
  const perPool = (amountOf: (pool: Tables['storage_pools']) => number) =>
    pools.map((pool) => ({ labels: { pool: pool.id }, value: amountOf(pool) * GIB }));
  telemetry.set(
    'novacron_storage_pool_capacity_bytes',
    perPool((pool) => pool.size_gb),
  );
  telemetry.set(
    'novacron_storage_pool_allocated_bytes',
    perPool((pool) => pool.size_gb_used),
  );
}
