/** Finds the reasons why the healing of an incident waits or waited: holds, and refused writes. */
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import { reduceHold } from '../../access/tenants/reduce-for-tenants.ts';
import { applies, HOLD_ALL } from '../../kernel/holds/find-hold.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { explainHold, toHold } from '../../platform/holds/read-holds.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { REFUSALS } from '../waiting/find-refusals.ts';
import type { WaitingChange } from '../waiting/waiting-change.ts';
import { findOccurrence } from './find-occurrence.ts';

/** Lines of one answer. */
const DELAYS_MAX = 20;

/** Finds them, a sentence each; refusals oldest first. */
export async function findDelays(
  deps: CapabilityDeps,
  row: IncidentRow,
  {
    members,
    platformTenantId,
    waiting,
  }: {
    readonly members: readonly IncidentMemberRow[];
    readonly platformTenantId: string;
    readonly waiting: readonly WaitingChange[];
  },
): Promise<readonly string[]> {
  const { store, clock } = deps;
  const { tenant_id } = row;
  const { sinceMs: fromMs } = findOccurrence(row, members);
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
  const explained = (hold: (typeof holds)[number]): string => {
    const shown = toHold(hold);
    return explainHold('healing', tenant_id === platformTenantId ? shown : reduceHold(shown));
  };
  const held = holds.map(explained);
  return [
    ...holds
      .filter((hold) => row.resolved_at_ms === null && applies(hold, clock.nowMs()))
      .map((hold) => capitalized(`${explained(hold)}.`)),
    // The holds are said above once.
    ...waiting
      .filter(({ reason }) => !held.includes(reason))
      .map(({ operation, target, reason }) => `${operation} of ${target} waits: ${reason}`),
    ...refused.map(({ data_json, at_ms: atMs }) => {
      const { name, detail } = parseStored<Readonly<Record<string, unknown>>>(data_json) ?? {};
      return `${toTimestamp(atMs)}  ${String(name)}: ${String(detail)}`;
    }),
  ].slice(0, DELAYS_MAX);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
