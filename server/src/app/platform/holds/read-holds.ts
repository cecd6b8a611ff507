/** Shows holds, as their reader may see them. */
import type { Hold } from '@novacron/contract/operation/hold';
import type { HoldRow } from '../../../ports/tables/incident-rows.ts';
import { reduceHold } from '../../access/tenants/reduce-for-tenants.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { type HeldWork, HOLD_ALL, readHoldsOf } from '../../kernel/holds/find-hold.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';

type Deps = Pick<CapabilityDeps, 'store' | 'clock'>;

/**
 * Reads the holds that apply to a tenant, the longest first. Tenants other than the platform do not
 * see why all tenants are held.
 * @param scope - a tenant's id, or `HOLD_ALL` for those for all tenants, as the platform sees them
 */
export async function readShownHolds(
  { store, clock }: Deps,
  of: HeldWork,
  scope: string,
): Promise<readonly Hold[]> {
  const rows = await readHoldsOf(store, scope, { of, nowMs: clock.nowMs() });
  if (rows.length === 0) return [];
  const isPlatform = scope === HOLD_ALL || (await findPlatformTenant(store))?.id === scope;
  const holds = rows.map(toHold);
  return isPlatform ? holds : holds.map(reduceHold);
}

/** A hold as answers carry it. */
export function toHold(row: HoldRow): Hold {
  return {
    scope: row.id === HOLD_ALL ? 'all' : 'tenant',
    reason: row.reason,
    held_at: toTimestamp(row.held_at_ms),
    held_by: row.held_by,
    until: row.until_ms === null ? null : toTimestamp(row.until_ms),
  };
}

/** Says a hold as a clause. @param hold - as its reader may see it */
export function explainHold(of: HeldWork, { scope, held_at, held_by, reason }: Hold): string {
  const whose = scope === 'all' ? ' for all tenants' : '';
  return `${of} is held since ${held_at}${whose} by ${held_by}: ${reason}`;
}
