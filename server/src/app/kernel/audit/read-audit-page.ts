/** Reads the audit log for whoever verifies it, past entries that nobody can read any more. */
import type { Problem } from '@novacron/contract/problem';
import type { Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables.ts';

/** Bounds one reading, so that other requests get their turns. */
const ENTRIES_PER_PAGE = 500;

/** An entry, or the place of one whose sealed values somebody has changed, in the words of that. */
export type FoundEntry =
  | { readonly kind: 'entry'; readonly row: Tables['audit'] }
  | { readonly kind: 'unreadable'; readonly position: number; readonly detail: string };

/**
 * The entries behind a position, in order. Where one of them cannot be opened, the places that a
 * page has room for are looked at one by one.
 * @returns none where nothing follows
 */
export async function readAuditPage(
  store: Pick<Store, 'read'>,
  { tenantId, after }: { readonly tenantId: string; readonly after: number },
): Promise<readonly FoundEntry[]> {
  const whole = await readEntries(store, { tenant_id: tenantId, position: { above: after } });
  if (whole.kind === 'read') return whole.rows.map(toEntry);
  const found: FoundEntry[] = [];
  for (let position = after + 1; position <= after + ENTRIES_PER_PAGE; position += 1) {
    const one = await readEntries(store, { tenant_id: tenantId, position });
    if (one.kind === 'read') found.push(...one.rows.map(toEntry));
    else found.push({ kind: 'unreadable', position, detail: one.detail });
  }
  return found;
}

function toEntry(row: Tables['audit']): FoundEntry {
  return { kind: 'entry', row };
}

type Reading =
  | { readonly kind: 'read'; readonly rows: readonly Tables['audit'][] }
  | { readonly kind: 'unreadable'; readonly detail: string };

async function readEntries(
  store: Pick<Store, 'read'>,
  where: {
    readonly tenant_id: string;
    readonly position: number | { readonly above: number };
  },
): Promise<Reading> {
  const orderBy = { column: 'position', direction: 'asc' } as const;
  try {
    const rows = await store.read({ from: 'audit', where, orderBy, limit: ENTRIES_PER_PAGE });
    return { kind: 'read', rows };
  } catch (cause) {
    const detail = tamperingIn(cause);
    if (detail === undefined) throw cause;
    return { kind: 'unreadable', detail };
  }
}

/** What a sealed store says of a value that no server of ours has written. */
function tamperingIn(cause: unknown): string | undefined {
  const { problem: found } = Object(cause) as { readonly problem?: Partial<Problem> };
  const { reason } = Object(found?.data) as { readonly reason?: unknown };
  return ['sealed-value-damaged', 'sealed-value-plain'].includes(String(reason))
    ? found?.detail
    : undefined;
}
