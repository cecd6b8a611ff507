/** VMs that stopped by themselves and were started again, which no incident was opened for. */

import type { Outage, Period } from '@novacron/engine/healing/incidents/rules/measure-recovery';
import { STABLE_MS } from '@novacron/engine/healing/restart/plan-restarts';
import { groupBy } from '@novacron/runtime/group-by';
import type { IncidentMemberRow } from '../../../ports/tables/incident-rows.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Rows that are looked at; figures of more are those of the latest. */
const ROWS_MAX = 10_000;

/** An outage with the name of its VM. */
export interface Restarted extends Outage {
  readonly vm: string;
  readonly untilMs: number;
}

/** Finds those of a period. A start after which the VM soon stops again has helped nothing. */
export async function findRestarted(
  { store }: Pick<CapabilityDeps, 'store'>,
  tenantId: string,
  { fromMs, untilMs }: Period,
  members: readonly IncidentMemberRow[],
): Promise<readonly Restarted[]> {
  const starts = await store.read({
    from: 'operations',
    where: {
      tenant_id: tenantId,
      kind: 'vm.start',
      created_by: PLATFORM_NAME,
      status: 'succeeded',
      created_at_ms: { above: fromMs },
    },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: ROWS_MAX,
    damaged: 'blank',
  });
  const stops = await store.read({
    from: 'events',
    where: {
      tenant_id: tenantId,
      target: { in: [...new Set(starts.map(({ target_id }) => target_id))] },
      type: 'vm.stopped',
      at_ms: { from: fromMs, until: untilMs + 1 },
    },
    orderBy: { column: 'at_ms', direction: 'asc' },
    limit: ROWS_MAX,
  });
  const stopsOf = groupBy(stops, ({ target }) => target);
  const counted = groupBy(members, ({ vm_id }) => vm_id);
  return starts.flatMap(({ target_id: vmId, target_name: vm, ...row }): readonly Restarted[] => {
    const upMs = row.finished_at_ms ?? row.created_at_ms;
    const own = stopsOf.get(vmId) ?? [];
    const stop = own.findLast(({ at_ms }) => at_ms <= row.created_at_ms);
    const isInVain = own.some(({ at_ms }) => at_ms > upMs && at_ms - upMs < STABLE_MS);
    if (stop === undefined || isInVain) return [];
    const outage = { vmId, vm, fromMs: stop.at_ms, untilMs: upMs };
    const isCounted = (counted.get(vmId) ?? []).some(
      ({ down_at_ms, up_at_ms }) => down_at_ms <= upMs && (up_at_ms ?? untilMs) >= outage.fromMs,
    );
    return isCounted ? [] : [outage];
  });
}
