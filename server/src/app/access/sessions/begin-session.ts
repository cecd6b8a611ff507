/** Begins and ends sessions. */
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { SessionRow } from '../../../ports/tables/session-rows.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { Principal, Sender } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { dropSession } from '../identity/drop-sessions.ts';
import { hashSecret } from '../identity/hash-secret.ts';
import { makeSessionSecret } from './session-secret.ts';

/** More browsers than a person has open: of a shared key, the sessions unused longest end. */
const SESSIONS_PER_PRINCIPAL_MAX = 100;

const USER_AGENT_LENGTH_MAX = 200;

/** Person who signs in, as described by the request. */
export interface SigningIn extends Sender {
  readonly userAgent?: string | undefined;
}

/** Admitted person, and the method of admission. */
export interface AdmittedPerson {
  readonly principal: Principal;
  readonly how:
    | { readonly method: 'api_key'; readonly claims_json: null }
    | { readonly method: 'oidc'; readonly claims_json: string };
}

/** A session that has begun. */
export interface BegunSession {
  /** The value of the cookie; it is stored nowhere. */
  readonly secret: string;
  readonly id: string;
  readonly principal: Principal;
  /** Latest end of the session. */
  readonly endsAt: string;
  /** Time left until then. Unit: ms. */
  readonly leftMs: number;
}

/**
 * Begins a session with a new secret, whatever the browser had before.
 * Problems: those of the store.
 */
export async function beginSession(
  deps: AccessDeps,
  { principal, how }: AdmittedPerson,
  sender: SigningIn,
): Promise<Result<BegunSession, Problem>> {
  const secret = makeSessionSecret(deps);
  const row: SessionRow = { ...newRow(deps, principal, { secret, sender }), ...how };
  const done = await commitChanges(deps, [
    { kind: 'insert', into: 'sessions', row, otherwise: replan('The session') },
    auditSession(deps, { principal, ...sender }, 'session.create', row),
  ]);
  if (!done.ok) return done;
  await endOldest(deps, principal);
  const endsAt = toTimestamp(row.ends_at_ms);
  return ok({ secret, id: row.id, principal, endsAt, leftMs: row.ends_at_ms - row.created_at_ms });
}

function newRow(
  { ids, clock, settings }: AccessDeps,
  principal: Principal,
  { secret, sender }: { readonly secret: string; readonly sender: SigningIn },
): Omit<SessionRow, 'method' | 'claims_json'> {
  const nowMs = clock.nowMs();
  const { idleMs, lifetimeMs } = settings.sessions;
  const ends_at_ms = Math.min(nowMs + lifetimeMs, principal.expiresAtMs ?? Number.MAX_SAFE_INTEGER);
  return {
    id: ids.next('ses'),
    tenant_id: principal.tenantId,
    secret_hash: hashSecret(secret),
    principal_id: principal.id,
    principal_name: principal.name,
    client_address: sender.clientAddress ?? null,
    user_agent: sender.userAgent?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
    created_at_ms: nowMs,
    last_used_at_ms: nowMs,
    expires_at_ms: Math.min(nowMs + idleMs, ends_at_ms),
    ends_at_ms,
  };
}

/**
 * Ends those above the limit, the ones that were unused longest. It is done afterwards: of sign-ins
 * at the same moment, the last one sees the sessions of all.
 */
async function endOldest(
  { store, logger }: AccessDeps,
  { id, tenantId }: Principal,
): Promise<void> {
  const where = { principal_id: id, tenant_id: tenantId };
  const rows = await store.read({ from: 'sessions', where });
  if (rows.length <= SESSIONS_PER_PRINCIPAL_MAX) return;
  // The same order for all of them, so that none ends a session that another one keeps.
  const newest = rows.toSorted(
    (a, b) => b.last_used_at_ms - a.last_used_at_ms || (a.id < b.id ? 1 : -1),
  );
  const extra = newest.slice(SESSIONS_PER_PRINCIPAL_MAX);
  const done = await commitChanges(
    { store },
    extra.map((row) => dropSession(row.id)),
  );
  if (!done.ok) logger.warn({ problem: done.error }, 'sessions above the limit were not ended');
}

/** The entry about a session. */
export function auditSession(
  deps: AccessDeps,
  caller: SigningIn & { readonly principal: Principal },
  operation: 'session.create' | 'session.end' | 'session.revoke',
  row: SessionRow,
): Change {
  const { principal, requestId = '', clientAddress } = caller;
  const context = { principal, client: 'dashboard', requestId, clientAddress } as const;
  const isNew = operation === 'session.create';
  const method = isNew ? { was: null, is: row.method } : { was: row.method, is: null };
  return auditChange(deps, context, {
    operation,
    outcome: 'done',
    resourceKind: 'session',
    target: { id: row.id, name: row.principal_name },
    changes: { method },
  });
}
