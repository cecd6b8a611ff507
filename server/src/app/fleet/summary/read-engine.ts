/** The part of a summary about NovaCron itself: who leads, who is held, what has failed. */
import type { FleetSummary } from '@novacron/contract/monitoring/summary-operations';
import { countPolicies, readPlatform } from '../../automation/orchestration/show-status.ts';
import { SERVER_PREFIX } from '../../kernel/leases/leases.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readShownHolds } from '../../platform/holds/read-holds.ts';
import type { SummaryParts } from './summary-parts.ts';

type Engine = NonNullable<FleetSummary['engine']>;

/** Reads it; tenants see their policies and the holds that apply to them. */
export async function readEngine({
  deps,
  tenantId,
  isPlatform,
  reconcilers,
}: SummaryParts): Promise<Engine> {
  const holds = await readShownHolds(deps, 'healing', tenantId);
  const automation = await readShownHolds(deps, 'automation', tenantId);
  return {
    held: holds.length > 0,
    holds: [...holds],
    automation_holds: [...automation],
    policies: await countPolicies(deps, tenantId),
    platform: isPlatform ? await readPlatform(deps, reconcilers()) : null,
    leaders: isPlatform ? await findLeaders(deps) : null,
  };
}

/** Finds the server that does each exclusive work, from the leases that have not ended. */
async function findLeaders({
  store,
  clock,
}: CapabilityDeps): Promise<NonNullable<Engine['leaders']>> {
  const leases = await store.read({ from: 'leases' });
  const nowMs = clock.nowMs();
  return leases
    .filter((row) => !row.id.startsWith(SERVER_PREFIX) && row.expires_at_ms > nowMs)
    .map(({ id, holder }) => ({ work: id, server: holder }));
}
