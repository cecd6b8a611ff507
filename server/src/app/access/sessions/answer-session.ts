/** Sessions as answers carry them. */
import { type Session, SignInMethod } from '@novacron/contract/access/session';
import { SessionId, TenantId } from '@novacron/contract/ids';
import type { SessionRow } from '../../../ports/tables/session-rows.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { endsOfSession } from '../identity/session-end.ts';

/** A session as answers carry it, from the view of a caller. */
export function toSession(
  { settings }: Pick<AccessDeps, 'settings'>,
  row: SessionRow,
  { session }: Pick<Principal, 'session'>,
): Session {
  const { expiresAtMs, endsAtMs } = endsOfSession(row, settings.sessions);
  return {
    id: SessionId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    principal: row.principal_name,
    method: SignInMethod.parse(row.method),
    created_at: toTimestamp(row.created_at_ms),
    last_used_at: toTimestamp(row.last_used_at_ms),
    expires_at: toTimestamp(expiresAtMs),
    ends_at: toTimestamp(endsAtMs),
    client_address: row.client_address,
    user_agent: row.user_agent,
    current: row.id === session?.id,
  };
}
