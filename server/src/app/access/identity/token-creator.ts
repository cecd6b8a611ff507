/** Finds who made a token, as of now: its key, its session, or the person an issuer knows. */
import type { SessionId, TenantId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import { findRole } from './find-role.ts';
import { principalOfKey } from './principal-of-key.ts';
import { principalOfSession } from './principal-of-session.ts';
import { endsOfSession } from './session-end.ts';
import { personOfClaims } from './stored-claims.ts';
import { type RefusedToken, refusedToken } from './token-problems.ts';

/** Claims of a token about its creator. */
interface TokenOrigin {
  readonly sub: string;
  readonly tenant_id: TenantId;
  readonly session_id?: SessionId | undefined;
  readonly given?: JsonObject | undefined;
}

/** The creator, and what tokens that are made with the token are bound to. */
interface TokenCreator {
  readonly principal: Principal;
  readonly bound: Pick<Principal, 'bond' | 'person' | 'terraformStates'>;
}

/** Finds the creator. Failures: it is gone, excluded, or in another tenant now. */
export async function findTokenCreator(
  deps: AccessDeps,
  origin: TokenOrigin,
): Promise<Result<TokenCreator, RefusedToken>> {
  const { sub, session_id: sessionId, given } = origin;
  if (sessionId !== undefined) return findInSession(deps, sessionId, origin);
  if (given !== undefined) return findPerson(deps, given, origin);
  // Of a person, nothing says whether that one may still do anything.
  return sub.startsWith('key_') ? findKey(deps, origin) : err(refusedToken('unbound'));
}

async function findInSession(
  deps: AccessDeps,
  id: SessionId,
  { sub, tenant_id }: TokenOrigin,
): Promise<Result<TokenCreator, RefusedToken>> {
  const where = { id, tenant_id, principal_id: sub };
  const [row] = await deps.store.read({ from: 'sessions', where });
  if (row === undefined) return err(refusedToken('session-ended'));
  const { expiresAtMs } = endsOfSession(row, deps.settings.sessions);
  if (expiresAtMs <= deps.clock.nowMs()) return err(refusedToken('session-ended'));
  const principal = await principalOfSession(deps, row);
  if (principal === undefined) return err(refusedToken('session-ended'));
  const bond = { kind: 'session', id } as const;
  return ok({ principal, bound: { bond, ...narrowingOf(principal) } });
}

async function findPerson(
  deps: AccessDeps,
  claims: JsonObject,
  { sub, tenant_id }: TokenOrigin,
): Promise<Result<TokenCreator, RefusedToken>> {
  const person = await personOfClaims(deps, claims);
  if (!person.ok) return err(refusedToken(person.error.reason));
  const { id, tenantId } = person.value;
  if (id !== sub || tenantId !== tenant_id) return err(refusedToken('moved'));
  return ok({ principal: person.value, bound: { bond: { kind: 'claims', claims } } });
}

async function findKey(
  deps: AccessDeps,
  { sub, tenant_id }: TokenOrigin,
): Promise<Result<TokenCreator, RefusedToken>> {
  const [key] = await deps.store.read({ from: 'api_keys', where: { id: sub, tenant_id } });
  if (key === undefined) return err(refusedToken('revoked'));
  const role = await findRole(deps.store, tenant_id, key.role);
  if (role === undefined) return err(refusedToken('no-role'));
  const found = await principalOfKey(deps, key);
  if (!found.ok) return err(refusedToken('expired'));
  const { person } = found.value;
  const named = person === undefined ? {} : { person };
  return ok({ principal: found.value, bound: { ...named, ...narrowingOf(found.value) } });
}

/** The states of Terraform that a credential is limited to, where it is. */
function narrowingOf({ terraformStates }: Principal): Pick<Principal, 'terraformStates'> {
  return terraformStates === undefined ? {} : { terraformStates };
}
