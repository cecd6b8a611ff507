/** Finds the ends of the outages of VMs: not every outage that is over ended by a recovery. */

import { groupBy } from '@novacron/runtime/group-by';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** `merged`: it was down further, as part of another incident; the others are over. */
export type MemberEnd = 'up' | 'deleted' | 'stopped' | 'merged';

/** Operations and members that are looked at. */
const OPERATIONS_MAX = 10_000;
const MEMBERS_MAX = 10_000;

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
  const later = await readLater({ store }, over);
  return new Map(
    over.map((member) => {
      const { id, incident_id, vm_id, down_at_ms, up_at_ms } = member;
      const incident = incidents.get(incident_id);
      const isMerged = incident?.resolution === 'merged' && incident.resolved_at_ms === up_at_ms;
      const isDownFurther = (later.get(vm_id) ?? []).some((other) => continues(other, member));
      if (isMerged || isDownFurther) return [id, 'merged'] as const;
      const last = operations.find(
        ({ target_id, created_at_ms: atMs }) =>
          target_id === vm_id && atMs >= down_at_ms && atMs <= (up_at_ms ?? 0),
      );
      return [id, (last && ENDED_BY.get(last.kind)) ?? 'up'] as const;
    }),
  );
}

/** The outages of these VMs that have ended after the first of them, or not yet, by VM. */
async function readLater(
  { store }: Pick<CapabilityDeps, 'store'>,
  over: readonly IncidentMemberRow[],
): Promise<ReadonlyMap<string, readonly IncidentMemberRow[]>> {
  const firstMs = Math.min(...over.map(({ up_at_ms }) => up_at_ms ?? 0));
  const of = {
    tenant_id: { in: [...new Set(over.map(({ tenant_id }) => tenant_id))] },
    vm_id: { in: [...new Set(over.map(({ vm_id }) => vm_id))] },
  };
  const down = await store.read({
    from: 'incident_members',
    where: { ...of, up_at_ms: null },
    limit: MEMBERS_MAX,
  });
  const up = await store.read({
    from: 'incident_members',
    where: { ...of, up_at_ms: { above: firstMs } },
    limit: MEMBERS_MAX,
  });
  return groupBy([...down, ...up], ({ vm_id }) => vm_id);
}

/** Whether a VM that left one incident was down at that time as a member of another one. */
function continues(other: IncidentMemberRow, { tenant_id, ...one }: IncidentMemberRow): boolean {
  if (other.id === one.id || other.tenant_id !== tenant_id) return false;
  const endedMs = one.up_at_ms ?? 0;
  return other.down_at_ms <= one.down_at_ms && (other.up_at_ms ?? Infinity) > endedMs;
}
