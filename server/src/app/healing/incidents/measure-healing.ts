/** Measures availability and recovery times, from the records of incidents. */
import type { HealingFigures } from '@novacron/contract/healing/healing-operations';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import {
  measureDowntime,
  measureRecovery,
  type Outage,
  type Period,
} from '@novacron/engine/healing/incidents/rules/measure-recovery';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { findEnds } from './find-ends.ts';
import { findRestarted, type Restarted } from './find-restarted.ts';

type Deps = Pick<CapabilityDeps, 'store'>;

/** Rows that are looked at; figures of more are those of the latest. */
const ROWS_MAX = 10_000;

/** Records about the VMs of a tenant in a period that ends now. */
export interface HealingRecords {
  readonly period: Period;
  /** Incidents that have ended, without those that became part of a wider one. */
  readonly ended: readonly IncidentRow[];
  /** Incidents that have not. */
  readonly open: readonly IncidentRow[];
  /** Outages that were healed by a restart, for which no incident was opened. */
  readonly restarted: readonly Restarted[];
  /** VMs that are down. */
  readonly down: readonly IncidentMemberRow[];
  /** VMs that were down and are up again, without those that were deleted or stopped. */
  readonly recovered: readonly IncidentMemberRow[];
  /** All of both, those that were deleted, and those of incidents that became part of another. */
  readonly all: readonly IncidentMemberRow[];
  /** Ids of members that are down in a wider incident: one outage counts once. */
  readonly merged: ReadonlySet<string>;
}

/** Reads it. */
export async function readHealingRecords(
  { store }: Deps,
  tenantId: string,
  period: Period,
): Promise<HealingRecords> {
  const since = { above: period.fromMs };
  const incidents = await store.read({
    from: 'incidents',
    where: { tenant_id: tenantId, resolved_at_ms: since },
    limit: ROWS_MAX,
  });
  const down = await store.read({
    from: 'incident_members',
    where: { tenant_id: tenantId, up_at_ms: null },
    limit: ROWS_MAX,
  });
  const up = await store.read({
    from: 'incident_members',
    where: { tenant_id: tenantId, up_at_ms: since },
    limit: ROWS_MAX,
  });
  const open = await store.read({
    from: 'incidents',
    where: { tenant_id: tenantId, state: { in: ['open', 'acknowledged'] } },
    limit: ROWS_MAX,
  });
  const all = [...up, ...down];
  // A VM whose incident became part of a wider one is down there, too: that was no recovery.
  const ends = await findEnds({ store }, up, new Map(incidents.map((row) => [row.id, row])));
  const merged = new Set(up.filter(({ id }) => ends.get(id) === 'merged').map(({ id }) => id));
  return {
    period,
    ended: incidents.filter(({ resolution }) => resolution !== 'merged'),
    open,
    restarted: await findRestarted({ store }, tenantId, period, all),
    down,
    recovered: up.filter(({ id }) => ends.get(id) === 'up'),
    all,
    merged,
  };
}

/**
 * Those of a part of their period. Each incident counts in one part: that in which it ended, or
 * else the last one. Each outage counts in all parts in which its VM was down.
 */
export function recordsWithin(records: HealingRecords, period: Period): HealingRecords {
  const { ended, open, restarted, recovered } = records;
  const isIn = (atMs: number | null): boolean =>
    atMs !== null && atMs > period.fromMs && atMs <= period.untilMs;
  const isLast = period.untilMs === records.period.untilMs;
  return {
    ...records,
    period,
    ended: ended.filter(({ resolved_at_ms: atMs }) => isIn(atMs)),
    open: isLast ? open : [],
    restarted: restarted.filter(({ untilMs }) => isIn(untilMs)),
    recovered: recovered.filter(({ up_at_ms: atMs }) => isIn(atMs)),
  };
}

/** An outage of a VM. */
export function toOutage({ vm_id, down_at_ms, up_at_ms }: IncidentMemberRow): Outage {
  return { vmId: vm_id, fromMs: down_at_ms, untilMs: up_at_ms };
}

/** Records to count: of all causes, or of a single cause. */
export type CountedRecords = Pick<HealingRecords, 'ended' | 'open' | 'recovered' | 'restarted'>;

/** The figures of some failures, without availability. One that is open has not been healed. */
export function recoveryFigures({ ended, open, recovered, restarted }: CountedRecords) {
  const system = ended.filter(({ resolution }) => resolution === 'system').length;
  const count = ended.length + open.length + restarted.length;
  const times = measureRecovery([...recovered.map(toOutage), ...restarted]);
  return {
    incidents: count,
    healed_without_people: count === 0 ? null : (system + restarted.length) / count,
    vm_recoveries: times.count,
    mttr_seconds: times.meanSeconds,
    mttr_p95_seconds: times.p95Seconds,
  };
}

/** All figures of a period. */
export async function healingFigures(
  deps: Deps,
  tenantId: string,
  records: HealingRecords,
): Promise<HealingFigures> {
  return {
    ...recoveryFigures(records),
    availability: await measureAvailability(deps, tenantId, records),
  };
}

/** Measures the availability of existing VMs whose desired state is running. */
async function measureAvailability(
  { store }: Deps,
  tenantId: string,
  { period, all, restarted }: HealingRecords,
): Promise<number | null> {
  const { fromMs, untilMs } = period;
  const running = { tenant_id: tenantId, status: 'running' } as const;
  const old = await store.count({
    from: 'vms',
    where: { ...running, created_at_ms: { below: fromMs } },
    limit: ROWS_MAX,
  });
  const young = await store.read({
    from: 'vms',
    where: { ...running, created_at_ms: { from: fromMs } },
    limit: ROWS_MAX,
    damaged: 'blank',
  });
  const affected = await store.read({
    from: 'vms',
    where: {
      tenant_id: tenantId,
      id: { in: [...new Set([...all.map(toOutage), ...restarted].map(({ vmId }) => vmId))] },
    },
    damaged: 'blank',
  });
  const wanted = mapReadable(affected, (row) =>
    desiredAs(row, VmSpec).power_state === 'running' ? [row] : [],
  ).flat();
  // Those whose guest has crashed do not run, and should.
  const stopped = wanted.filter((row) => observedOf(row).status !== 'running');
  const presentMs = [...young, ...stopped].map(
    // One that was made after the period was not there.
    ({ created_at_ms: atMs }) => Math.max(0, untilMs - Math.max(atMs, fromMs)),
  );
  const wantedMs = presentMs.reduce((sum, ms) => sum + ms, old * (untilMs - fromMs));
  const ids = new Set<string>(wanted.map(({ id }) => id));
  const outages = [...all.map(toOutage), ...restarted].filter(({ vmId }) => ids.has(vmId));
  const downMs = [...measureDowntime(outages, period).values()].reduce((sum, ms) => sum + ms, 0);
  return wantedMs === 0 ? null : Math.max(0, 1 - downMs / wantedMs);
}
