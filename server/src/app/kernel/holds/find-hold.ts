/** Whether people have stopped healing, or automation. */
import { problem } from '@novacron/contract/problem/problem';
import type { Change, ChangeSet, Store } from '../../../ports/store.ts';
import type { HoldRow } from '../../../ports/tables/incident-rows.ts';

/** The id of the hold for all tenants, and nodes. */
export const HOLD_ALL = 'all';

/** Work that people can stop as a whole. */
export type HeldWork = 'healing' | 'automation';

/** The table of the holds of each. */
export const HOLD_TABLES = {
  healing: 'healing_holds',
  automation: 'automation_holds',
} as const satisfies Readonly<Record<HeldWork, string>>;

/** Holds at one point in time. */
export interface Holds {
  /** Whether nothing is done for a tenant. */
  readonly ofTenant: (tenantId: string) => boolean;
  /** Whether nothing is done for all tenants; healing leaves nodes alone then. */
  readonly all: boolean;
}

/** Reads the holds. It is one row for most: read again before each change. */
export async function readHolds(
  store: Pick<Store, 'read'>,
  { of, nowMs }: { readonly of: HeldWork; readonly nowMs: number },
): Promise<Holds> {
  const rows = await store.read({ from: HOLD_TABLES[of] });
  const ids = new Set(rows.filter((row) => applies(row, nowMs)).map(({ id }) => id));
  const all = ids.has(HOLD_ALL);
  return { all, ofTenant: (tenantId) => all || ids.has(tenantId) };
}

/** Reads the holds that apply to a tenant, the longest first. */
export async function readHoldsOf(
  store: Pick<Store, 'read'>,
  tenantId: string,
  { of, nowMs }: { readonly of: HeldWork; readonly nowMs: number },
): Promise<readonly HoldRow[]> {
  const where = { id: { in: [...new Set([HOLD_ALL, tenantId])] } };
  const rows = await store.read({ from: HOLD_TABLES[of], where });
  return rows
    .filter((row) => applies(row, nowMs))
    .sort((left, right) => left.held_at_ms - right.held_at_ms);
}

/** Whether a hold has not ended by itself. */
export function applies({ until_ms: untilMs }: HoldRow, nowMs: number): boolean {
  return untilMs === null || untilMs > nowMs;
}

/** Makes a commit fail while automation of a tenant is held; {@link isRefusedByHold} knows it. */
export function guardHolds(tenantId: string, nowMs: number): ChangeSet {
  const id = { in: [...new Set([HOLD_ALL, tenantId])] };
  return [
    { id, until_ms: null },
    { id, until_ms: { above: nowMs } },
  ].map(
    (where): Change => ({
      kind: 'require-none',
      of: HOLD_TABLES.automation,
      where,
      otherwise: problem('conflict', {
        detail: 'Automation was put on hold at the same time.',
        remedy: 'See who put it on hold and why: novacron automation status.',
        data: { replan: true, held: true },
      }),
    }),
  );
}

/** Whether a commit has failed because of {@link guardHolds}. */
export function isRefusedByHold({ data }: ReturnType<typeof problem>): boolean {
  return data?.held === true;
}
