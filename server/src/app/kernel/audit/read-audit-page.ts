/** Reads the audit log for verification, past entries that can no longer be decrypted. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';

/** Bounds one read, so that other requests are served in between. */
const ENTRIES_PER_PAGE = 500;

/** An entry, or the position and the error of one whose sealed values were tampered with. */
export type FoundEntry =
  | { readonly kind: 'entry'; readonly row: Tables['audit'] }
  | { readonly kind: 'unreadable'; readonly position: number; readonly detail: string };

/**
 * The entries after a position, in order. Where one of them cannot be decrypted, the entries of the
 * page are read one by one.
 * @returns none at the end
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

/** The store's error for a value that no server of ours has written. */
function tamperingIn(cause: unknown): string | undefined {
  // Anything may be thrown; the store rejects with the property `problem`.
  const { problem: found }: { readonly problem?: Partial<Problem> } = Object(cause);
  // The data of a problem is any JSON object.
  const { reason }: { readonly reason?: unknown } = Object(found?.data);
  return ['sealed-value-damaged', 'sealed-value-plain'].includes(String(reason))
    ? found?.detail
    : undefined;
}
