/** Changes that end sessions of browsers. */
import type { Change, Store } from '../../../ports/store.ts';

/** Removes a session, if it is still there. */
export function dropSession(id: string): Change {
  return { kind: 'drop', from: 'sessions', id };
}

/**
 * Removes the sessions of a key or of a tenant together with it. One that begins at the same time
 * is not accepted either: its key is looked at with each request.
 */
export async function dropSessionsOf(
  store: Pick<Store, 'read'>,
  where: { readonly tenant_id: string; readonly principal_id?: string },
): Promise<readonly Change[]> {
  const rows = await store.read({ from: 'sessions', where });
  return rows.map(({ id }) => dropSession(id));
}
