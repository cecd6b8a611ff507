/** Why people have stopped healing, in words. */
import type { HealingHold } from '@novacron/contract/healing/healing-operations';
import { reduceHold } from '../../access/tenants/reduce-for-tenants.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { applies, HOLD_ALL } from '../../kernel/holds/find-hold.ts';
import type { CapabilityDeps } from '../deps.ts';
import { toHold } from '../holds/hold-healing.ts';

/** A hold that applies. */
export interface HoldReason {
  /** Unit: ms since the Unix epoch. */
  readonly sinceMs: number;
  /** A clause that says nothing of other tenants. */
  readonly reason: string;
}

/** Finds the hold of a tenant, or that for all. @param scope - a tenant's id, or `HOLD_ALL` */
export async function findHoldReason(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  scope: string,
): Promise<HoldReason | undefined> {
  const where = { id: { in: [...new Set([HOLD_ALL, scope])] } };
  const rows = await store.read({ from: 'healing_holds', where });
  const [first] = rows
    .filter((row) => applies(row, clock.nowMs()))
    .sort((left, right) => left.held_at_ms - right.held_at_ms);
  if (first === undefined) return undefined;
  const isPlatform = scope === HOLD_ALL || (await findPlatformTenant(store))?.id === scope;
  const hold = isPlatform ? toHold(first) : reduceHold(toHold(first));
  return { sinceMs: first.held_at_ms, reason: explainHold(hold) };
}

/** Says it, as a clause. @param hold - as its reader may see it */
export function explainHold({ scope, held_at, held_by, reason }: HealingHold): string {
  const whose = scope === 'all' ? ' for all tenants' : '';
  return `healing is held since ${held_at}${whose} by ${held_by}: ${reason}`;
}
