/** How the outages of VMs have ended: not each one that is over was a recovery. */
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { CapabilityDeps } from '../deps.ts';

/** `merged`: it is down as part of a wider incident; the others are over. */
export type MemberEnd = 'up' | 'deleted' | 'stopped' | 'merged';

/** Operations that are looked at. */
const OPERATIONS_MAX = 10_000;

const ENDED_BY: ReadonlyMap<string, MemberEnd> = new Map<string, MemberEnd>([
  ['vm.delete', 'deleted'],
  ['vm.stop', 'stopped'],
]);

/** Finds it, by the ids of members that are not down any more. @param incidents - by their ids */
export async function findEnds(
  { store }: Pick<CapabilityDeps, 'store'>,
  members: readonly IncidentMemberRow[],
  incidents: ReadonlyMap<string, Pick<IncidentRow, 'resolution' | 'resolved_at_ms'>>,
): Promise<ReadonlyMap<string, MemberEnd>> {
  const over = members.filter(({ up_at_ms }) => up_at_ms !== null);
  if (over.length === 0) return new Map();
  const operations = await store.read({
    from: 'operations',
    where: {
      target_id: { in: [...new Set(over.map(({ vm_id }) => vm_id))] },
      kind: { in: [...ENDED_BY.keys()] },
      created_at_ms: { above: Math.min(...over.map(({ down_at_ms }) => down_at_ms)) - 1 },
    },
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  return new Map(
    over.map(({ id, incident_id, vm_id, down_at_ms, up_at_ms }) => {
      const incident = incidents.get(incident_id);
      const isMerged = incident?.resolution === 'merged' && incident.resolved_at_ms === up_at_ms;
      if (isMerged) return [id, 'merged'] as const;
      const last = operations.find(
        ({ target_id, created_at_ms: atMs }) =>
          target_id === vm_id && atMs >= down_at_ms && atMs <= (up_at_ms ?? 0),
      );
      return [id, (last && ENDED_BY.get(last.kind)) ?? 'up'] as const;
    }),
  );
}
