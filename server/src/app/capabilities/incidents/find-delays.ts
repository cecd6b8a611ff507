/** What keeps or kept the healing of an incident waiting: holds, and writes that were refused. */
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import { reduceHold } from '../../access/tenants/reduce-for-tenants.ts';
import { applies, HOLD_ALL } from '../../kernel/holds/find-hold.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { toHold } from '../holds/hold-healing.ts';

/** Events that say why something was not done. */
const REFUSALS = ['vm.not_restarted', 'vm.not_recovered'] as const;

/** Lines of one answer. */
const DELAYS_MAX = 20;

/** Finds them, a sentence each; refusals oldest first. */
export async function findDelays(
  { store, clock }: CapabilityDeps,
  row: IncidentRow,
  {
    members,
    platformTenantId,
  }: { readonly members: readonly IncidentMemberRow[]; readonly platformTenantId: string },
): Promise<readonly string[]> {
  const { tenant_id, opened_at_ms: fromMs } = row;
  const untilMs = row.resolved_at_ms ?? clock.nowMs();
  const holds = await store.read({
    from: 'healing_holds',
    where: { id: { in: [HOLD_ALL, tenant_id] } },
  });
  const refused = await store.read({
    from: 'events',
    where: {
      tenant_id,
      target: { in: [...new Set(members.map(({ vm_id }) => vm_id))] },
      type: { in: [...REFUSALS] },
      at_ms: { from: fromMs, until: untilMs + 1 },
    },
    orderBy: { column: 'at_ms', direction: 'asc' },
    limit: DELAYS_MAX,
  });
  return [
    ...holds
      .filter((hold) => row.resolved_at_ms === null && applies(hold, clock.nowMs()))
      .map(toHold)
      .map((hold) => (tenant_id === platformTenantId ? hold : reduceHold(hold)))
      .map(({ scope, held_at, held_by, reason }) => {
        const whose = scope === 'all' ? ' for all tenants' : '';
        return `Healing is held since ${held_at}${whose} by ${held_by}: ${reason}.`;
      }),
    ...refused.map(({ data_json, at_ms: atMs }) => {
      const { name, detail } = parseStored<Readonly<Record<string, unknown>>>(data_json) ?? {};
      return `${toTimestamp(atMs)}  ${String(name)}: ${String(detail)}`;
    }),
  ].slice(0, DELAYS_MAX);
}
