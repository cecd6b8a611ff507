/** Explains why people have stopped healing. */
import type { CapabilityDeps } from '../../platform/deps.ts';
import { explainHold, readShownHolds } from '../../platform/holds/read-holds.ts';

/** A hold that applies. */
export interface HoldReason {
  /** Unit: ms since the Unix epoch. */
  readonly sinceMs: number;
  /** A clause that says nothing of other tenants. */
  readonly reason: string;
}

/** Finds the hold of a tenant, or that for all. @param scope - a tenant's id, or `HOLD_ALL` */
export async function findHoldReason(
  deps: Pick<CapabilityDeps, 'store' | 'clock'>,
  scope: string,
): Promise<HoldReason | undefined> {
  const [hold] = await readShownHolds(deps, 'healing', scope);
  if (hold === undefined) return undefined;
  return { sinceMs: Date.parse(hold.held_at), reason: explainHold('healing', hold) };
}
