/** Shows what healing does, and how well: availability and recovery times of 30 days. */
import type { HealingStatus } from '@novacron/contract/healing/healing-operations';
import type { WaitingIntent } from '@novacron/contract/healing/intent';
import { ok } from '@novacron/contract/result';
import type { ArbiterClaimRow } from '../../../ports/tables/arbiter-claim-row.ts';
import type { IncidentMemberRow } from '../../../ports/tables/incident-rows.ts';
import { classOfClaim } from '../../kernel/arbitration/claim-rows.ts';
import { holdingOperation, readWaiting } from '../../kernel/arbitration/read-waiting.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { applies, HOLD_ALL } from '../../kernel/holds/find-hold.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { toHold } from '../holds/hold-healing.ts';

const WINDOW_MS = 30 * 86_400_000;
/** Waiting changes of one answer. */
const WAITING_MAX = 100;

const MS_PER_SECOND = 1_000;
const P95 = 0.95;

/** Rows that are looked at; figures of more are those of the latest. */
const ROWS_MAX = 10_000;

/** Shows it. */
export async function showHealing(deps: CapabilityDeps, { principal }: CallContext) {
  const { store, clock } = deps;
  const { tenantId } = principal;
  const nowMs = clock.nowMs();
  const sinceMs = nowMs - WINDOW_MS;
  const holds = (
    await store.read({ from: 'healing_holds', where: { id: { in: [HOLD_ALL, tenantId] } } })
  ).filter((row) => applies(row, nowMs));
  const open = await store.read({
    from: 'incidents',
    where: { tenant_id: tenantId, state: { in: ['open', 'acknowledged'] } },
    limit: ROWS_MAX,
  });
  const ended = await store.read({
    from: 'incidents',
    where: { tenant_id: tenantId, resolved_at_ms: { above: sinceMs } },
    limit: ROWS_MAX,
  });
  const own = ended.filter(({ resolution }) => resolution !== 'merged');
  const down = await store.read({
    from: 'incident_members',
    where: { tenant_id: tenantId, up_at_ms: null },
    limit: ROWS_MAX,
  });
  const up = await store.read({
    from: 'incident_members',
    where: { tenant_id: tenantId, up_at_ms: { above: sinceMs } },
    limit: ROWS_MAX,
  });
  const alone = own.filter(({ resolution }) => resolution === 'system').length;
  const status: HealingStatus = {
    held: holds.length > 0,
    holds: holds.map(toHold),
    waiting: (await readWaiting(deps, tenantId)).slice(0, WAITING_MAX).map(toWaiting),
    incidents: {
      open: open.length,
      unacknowledged: open.filter(({ state }) => state === 'open').length,
      vms_down: new Set(down.map(({ vm_id }) => vm_id)).size,
    },
    last_30_days: {
      incidents: own.length,
      healed_without_people: own.length === 0 ? null : alone / own.length,
      vm_recoveries: up.length,
      ...meanTimes(up),
      availability: await measureAvailability(deps, tenantId, [...up, ...down]),
    },
  };
  return ok(status);
}

function toWaiting(row: ArbiterClaimRow): WaitingIntent {
  return {
    class: classOfClaim(row),
    by: row.who,
    operation: row.operation,
    target: row.target_name,
    since: toTimestamp(row.since_ms),
    reason: row.reason ?? '',
    held_by: holdingOperation(row),
  };
}

function meanTimes(up: readonly IncidentMemberRow[]) {
  const seconds = up
    .map(({ down_at_ms, up_at_ms }) => ((up_at_ms ?? down_at_ms) - down_at_ms) / MS_PER_SECOND)
    .sort((left, right) => left - right);
  const sum = seconds.reduce((total, each) => total + each, 0);
  return {
    mttr_seconds: seconds.length === 0 ? null : sum / seconds.length,
    mttr_p95_seconds: seconds[Math.ceil(P95 * seconds.length) - 1] ?? null,
  };
}

/** Of the VMs that run now, or would without an incident. */
async function measureAvailability(
  { store, clock }: CapabilityDeps,
  tenantId: string,
  members: readonly IncidentMemberRow[],
): Promise<number | null> {
  const nowMs = clock.nowMs();
  const sinceMs = nowMs - WINDOW_MS;
  const running = { tenant_id: tenantId, status: 'running' } as const;
  const old = await store.count({
    from: 'vms',
    where: { ...running, created_at_ms: { below: sinceMs } },
    limit: ROWS_MAX,
  });
  const young = await store.read({
    from: 'vms',
    where: { ...running, created_at_ms: { from: sinceMs } },
    limit: ROWS_MAX,
    damaged: 'blank',
  });
  const youngMs = young.reduce((sum, { created_at_ms: atMs }) => sum + nowMs - atMs, 0);
  const wantedMs = old * WINDOW_MS + youngMs;
  const downMs = members.reduce((sum, { down_at_ms: fromMs, up_at_ms: untilMs }) => {
    return sum + (untilMs ?? nowMs) - Math.max(fromMs, sinceMs);
  }, 0);
  return wantedMs === 0 ? null : Math.max(0, 1 - downMs / wantedMs);
}
