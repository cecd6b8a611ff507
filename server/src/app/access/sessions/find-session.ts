/**
 * Finds the caller of a session. Nothing is cached: a session that is revoked, or whose key, role
 * or tenant is gone, ends with the next request at every server.
 */
import { SessionId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { SessionRow } from '../../../ports/tables/session-rows.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import { principalOfKey } from '../identity/authenticate.ts';
import { hashSecret } from '../identity/hash-secret.ts';
import { mapClaims } from '../identity/map-claims.ts';
import { personOf } from '../identity/oidc.ts';
import { csrfTokenOf, isSessionSecret } from './session-secret.ts';

/** A session that is valid now. */
export interface FoundSession {
  readonly row: SessionRow;
  readonly principal: Principal;
}

/**
 * Finds a session by its secret. Problems: `unauthenticated`, with the reason in its data:
 * `session-unknown`, `session-expired` or `session-credential`.
 */
export async function findSession(
  deps: AccessDeps,
  secret: string,
): Promise<Result<FoundSession, Problem>> {
  if (!isSessionSecret(secret)) return err(sessionEnded('session-unknown'));
  const where = { secret_hash: hashSecret(secret) };
  const [row] = await deps.store.read({ from: 'sessions', where });
  if (row === undefined) return err(sessionEnded('session-unknown'));
  const nowMs = deps.clock.nowMs();
  if (Math.min(row.expires_at_ms, row.ends_at_ms) <= nowMs) {
    return err(sessionEnded('session-expired'));
  }
  const principal = await principalOf(deps, row);
  if (principal === undefined || principal.tenantId !== row.tenant_id) {
    return err(sessionEnded('session-credential'));
  }
  const session = {
    id: SessionId.parse(row.id),
    csrfToken: csrfTokenOf(secret),
    endsAtMs: row.ends_at_ms,
  };
  return ok({ row, principal: { ...principal, session } });
}

/** Whom a session stands for now; undefined where its key, role or tenant is gone. */
async function principalOf(deps: AccessDeps, row: SessionRow): Promise<Principal | undefined> {
  if (row.method === 'oidc') return personOfSession(deps, row);
  const where = { id: row.principal_id, tenant_id: row.tenant_id };
  const [key] = await deps.store.read({ from: 'api_keys', where });
  const found = key && (await principalOfKey(deps, key));
  return found?.ok ? found.value : undefined;
}

/** What an issuer said when a person signed in. */
const StoredClaims = z.looseObject({
  issuer: z.string(),
  subject: z.string(),
  roleClaim: z.string(),
  tenantClaim: z.string().nullable(),
  values: z.array(z.string()),
  tenant: z.string().nullable(),
});

/**
 * Who a person is by the mapping of this moment. What another issuer said, or other claims, is not
 * what this server would ask for now.
 */
async function personOfSession(
  deps: AccessDeps,
  { claims_json, ends_at_ms }: SessionRow,
): Promise<Principal | undefined> {
  const { oidc } = deps;
  if (oidc?.signIn === undefined) return undefined;
  const stored = StoredClaims.safeParse(parseJson(claims_json ?? ''));
  if (!stored.success) return undefined;
  const { issuer, roleClaim, tenantClaim } = stored.data;
  const isOfNow = issuer === oidc.verifier.issuer && roleClaim === oidc.roleClaim;
  if (!isOfNow || tenantClaim !== (oidc.tenantClaim ?? null)) return undefined;
  const granted = await mapClaims(deps, oidc, stored.data);
  if (!granted.ok) return undefined;
  return { ...personOf(stored.data.subject, granted.value), expiresAtMs: ends_at_ms };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a session is not accepted. */
type SessionEnd = 'session-unknown' | 'session-expired' | 'session-credential';

const REASONS: Readonly<Record<SessionEnd, string>> = {
  'session-unknown': 'The session has ended: it was signed out of or revoked.',
  'session-expired': 'The session has ended: it was not used for too long, or is too old.',
  'session-credential':
    'The session has ended: the API key, role or tenant that it was signed in with is gone.',
};

/** The refusal of a session. */
function sessionEnded(reason: SessionEnd): Problem {
  return problem('unauthenticated', {
    detail: REASONS[reason],
    remedy: 'Sign in again.',
    data: { reason },
  });
}
