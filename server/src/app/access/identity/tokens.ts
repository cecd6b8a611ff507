/** Tokens of this server's own issuer: issuing them and finding their principals. */

import type { IssuedToken } from '@novacron/contract/access/token';
import { TenantId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import {
  missingOperations,
  type OperationSet,
} from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { TokenCrypto } from '../../../ports/tokens.ts';
import { auditChange, auditRefusal } from '../../kernel/audit/audit.ts';
import type { CallContext, Principal } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { carriedRole, type FoundRole, findRole, requireRole } from './find-role.ts';
import { grantableBy } from './grant-roles.ts';
import { sessionName } from './session.ts';
import { acceptedKeys, noTokens, signingKey } from './signing-keys.ts';
import { type RefusedToken, refusedToken } from './token-problems.ts';

/** Issuer and audience of our tokens. */
const OWN_ISSUER = 'urn:novacron:server';
const OWN_AUDIENCE = 'urn:novacron:api';

const MS_PER_SECOND = 1_000;

/** The claims of our own tokens; we signed them, so anything else is a bug or a forgery. */
const OwnClaims = z.looseObject({
  sub: z.string(),
  name: z.string(),
  role: z.string(),
  /** Only for a role that the tenant created: a later one of the same name is not meant. */
  role_id: z.string().optional(),
  tenant_id: TenantId,
  exp: z.number(),
});

/**
 * Signs a token for the caller. Problems: `forbidden` for a role above the caller's.
 */
export async function createToken(
  deps: AccessDeps,
  input: ParsedInputOf<'token.create'>,
  context: CallContext,
): Promise<Result<IssuedToken, Problem>> {
  const { tokens } = deps;
  if (tokens === undefined) return err(noTokens());
  const { principal } = context;
  const role = input.role ?? principal.role;
  const given = await requireRole(deps.store, principal.tenantId, role);
  if (!given.ok) return given;
  const wanted = { role, expires_in_seconds: input.expires_in_seconds };
  const isTooLarge = missingOperations(grantableBy(principal), given.value.operations).length > 0;
  const refusal = isTooLarge ? roleTooLarge(principal, role) : await decide(deps, context, wanted);
  if (refusal !== undefined) {
    await auditRefusal(deps, context, 'token.create', {}, refusal);
    return err(refusal);
  }
  const key = await signingKey(deps, tokens);
  if (!key.ok) return key;
  const nowS = Math.floor(deps.clock.nowMs() / MS_PER_SECOND);
  const endS = Math.floor(endOf(principal) / MS_PER_SECOND);
  const exp = Math.min(nowS + input.expires_in_seconds, endS);
  const id = deps.ids.next('tok');
  const claims = claimsOf(principal, { jti: id, ...roleClaims(given.value), iat: nowS, exp });
  const signed = await tokens.sign(claims, {
    id: key.value.id,
    privateText: key.value.private_sealed,
  });
  if (!signed.ok) return signed;
  const expires_at = toTimestamp(exp * MS_PER_SECOND);
  const done = await deps.store.commit([
    auditChange(deps, context, {
      operation: 'token.create',
      outcome: 'done',
      resourceKind: 'token',
      target: { id, name: principal.name },
      changes: { role: { was: null, is: role }, expires_at: { was: null, is: expires_at } },
    }),
  ]);
  const resource = { id, principal: principal.name, role, expires_at };
  return done.ok ? ok({ resource, secret: signed.value }) : done;
}

/** When a token of a principal ends at the latest. Unit: ms. */
function endOf({ expiresAtMs, session }: Principal): number {
  const latestMs = Number.MAX_SAFE_INTEGER;
  return Math.min(expiresAtMs ?? latestMs, session?.endsAtMs ?? latestMs);
}

function roleClaims({ name, row }: FoundRole) {
  return row === undefined ? { role: name } : { role: name, role_id: row.id };
}

function claimsOf(
  principal: Principal,
  claims: {
    readonly jti: string;
    readonly role: string;
    readonly iat: number;
    readonly exp: number;
  },
): JsonObject {
  return {
    iss: OWN_ISSUER,
    aud: OWN_AUDIENCE,
    sub: principal.id,
    name: principal.name,
    tenant_id: principal.tenantId,
    nbf: claims.iat,
    ...claims,
  };
}

/**
 * Finds the principal of one of our tokens. A token ends with the API key that it was made with.
 */
export async function authenticateToken(
  deps: AccessDeps,
  crypto: TokenCrypto,
  token: string,
): Promise<Result<Principal, RefusedToken>> {
  const verified = await crypto.verify(token, {
    issuer: OWN_ISSUER,
    audience: OWN_AUDIENCE,
    keys: await acceptedKeys(deps),
    nowMs: deps.clock.nowMs(),
  });
  if (!verified.ok) return err(refusedToken(verified.error));
  const claims = OwnClaims.safeParse(verified.value);
  if (!claims.success) return err(refusedToken('malformed'));
  const { sub, name, tenant_id: tenantId, exp } = claims.data;
  const bounds = await boundsOf(deps, sub, tenantId);
  if (!bounds.ok) return bounds;
  const role = await roleOf(deps, claims.data, bounds.value);
  if (role === undefined) return err(refusedToken('no-role'));
  return ok({ id: sub, name, ...role, tenantId, expiresAtMs: exp * MS_PER_SECOND });
}

/**
 * What the creator of a token may do now; everything where its role is built in and never changes.
 */
async function boundsOf(
  { store, oidc }: AccessDeps,
  sub: string,
  tenantId: string,
): Promise<Result<OperationSet | undefined, RefusedToken>> {
  const disabled = oidc?.rules?.().disabled.map(sessionName) ?? [];
  if (disabled.includes(sub)) return err(refusedToken('disabled'));
  if (!sub.startsWith('key_')) {
    const [tenant] = await store.read({ from: 'tenants', where: { id: tenantId } });
    return tenant === undefined ? err(refusedToken('no-tenant')) : ok(undefined);
  }
  const [key] = await store.read({ from: 'api_keys', where: { id: sub, tenant_id: tenantId } });
  if (key === undefined) return err(refusedToken('revoked'));
  const role = await findRole(store, tenantId, key.role);
  if (role === undefined) return err(refusedToken('no-role'));
  return ok(role.row === undefined ? undefined : role.operations);
}

/** The current role of a token, never with more rights than its creator has now. */
async function roleOf(
  { store }: AccessDeps,
  claims: z.infer<typeof OwnClaims>,
  bounds: OperationSet | undefined,
): Promise<ReturnType<typeof carriedRole> | undefined> {
  const role = await findRole(store, claims.tenant_id, claims.role);
  if (role === undefined || role.row?.id !== claims.role_id) return undefined;
  if (bounds === undefined) return carriedRole(role);
  const operations = new Set([...role.operations].filter((name) => bounds.has(name)));
  return { role: role.name, operations };
}

async function decide(
  deps: AccessDeps,
  context: CallContext,
  wanted: JsonObject,
): Promise<Problem | undefined> {
  const decision = await deps.verdicts.decide(context, {
    operation: 'token.create',
    resourceKind: 'token',
    target: { id: '', name: context.principal.name },
    before: null,
    wanted,
    unknown: [],
  });
  return decision.problem;
}

function roleTooLarge({ role }: Principal, wanted: string): Problem {
  return problem('forbidden', {
    detail: `A token cannot have more rights than its requester; your role is ${role}.`,
    remedy: `Request the role ${role} or a less powerful one.`,
    fields: [{ path: ['role'], message: `${wanted} is more than your role ${role}` }],
  });
}
