/** Finds the changes that healing intends for an incident but cannot make yet. */
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findWaiting } from '../waiting/find-waiting.ts';
import type { WaitingChange } from '../waiting/waiting-change.ts';

/** Finds it, the longest wait first; nothing once it is resolved. */
export async function waitingOf(
  deps: CapabilityDeps,
  { state, nodes_json, tenant_id }: IncidentRow,
  members: readonly IncidentMemberRow[],
): Promise<readonly WaitingChange[]> {
  if (state === 'resolved') return [];
  const nodes: readonly (string | null)[] = JSON.parse(nodes_json);
  const vms = new Set(members.map(({ vm_id }) => vm_id));
  return (await findWaiting(deps, tenant_id)).filter(({ vmId, target, from }) =>
    vmId === null ? nodes.includes(target) : vms.has(vmId) || nodes.includes(from),
  );
}
