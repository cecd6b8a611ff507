/** Why people have stopped healing, in words. */
import type { HealingHoldRow } from '../../../ports/tables/incident-rows.ts';
import { applies, HOLD_ALL } from '../../kernel/holds/find-hold.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';

/** A hold that applies. */
export interface HoldReason {
  /** Unit: ms since the Unix epoch. */
  readonly sinceMs: number;
  /** A clause that names nobody of another tenant. */
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
  return first && { sinceMs: first.held_at_ms, reason: explainHold(first) };
}

/** Says it, as a clause. People of the platform are not named to tenants. */
export function explainHold({ id, held_at_ms: atMs, held_by, reason }: HealingHoldRow): string {
  const who = id === HOLD_ALL ? 'for all tenants' : `by ${held_by}`;
  return `healing is held since ${toTimestamp(atMs)} ${who}: ${reason}`;
}
