/** Whether people have stopped healing. */
import type { Store } from '../../../ports/store.ts';
import type { HealingHoldRow } from '../../../ports/tables/incident-rows.ts';

/** The id of the hold for all tenants and nodes. */
export const HOLD_ALL = 'all';

/** Which parts of healing are stopped at one time. */
export interface Holds {
  /** Whether nothing is healed for a tenant. */
  readonly ofTenant: (tenantId: string) => boolean;
  /** Whether nodes are left alone. */
  readonly all: boolean;
}

/** Reads the holds. It is one row for most: read again before each change. */
export async function readHolds(
  store: Pick<Store, 'read'>,
  { nowMs }: { readonly nowMs: number },
): Promise<Holds> {
  const rows = await store.read({ from: 'healing_holds' });
  const ids = new Set(rows.filter((row) => applies(row, nowMs)).map(({ id }) => id));
  const all = ids.has(HOLD_ALL);
  return { all, ofTenant: (tenantId) => all || ids.has(tenantId) };
}

/** Whether a hold has not ended by itself. */
export function applies({ until_ms: untilMs }: HealingHoldRow, nowMs: number): boolean {
  return untilMs === null || untilMs > nowMs;
}
