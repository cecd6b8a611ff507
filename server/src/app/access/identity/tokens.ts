/** Tokens of this server's own issuer: issuing them and finding their principals. */

import type { IssuedToken } from '@novacron/contract/access/token';
import { OperationId, SessionId, TenantId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { missingOperations } from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { TokenCrypto } from '../../../ports/tokens.ts';
import { auditChange, auditRefusal } from '../../kernel/audit/audit.ts';
import type { CallContext, Principal } from '../../kernel/context/call-context.ts';
import { hasEnded } from '../../kernel/operations/has-ended.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { carriedRole, type FoundRole, findRole, requireRole } from './find-role.ts';
import { grantableBy } from './grant-roles.ts';
import { acceptedKeys, noTokens, signingKey } from './signing-keys.ts';
import { findTokenCreator } from './token-creator.ts';
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
  /** The session that it was made in. */
  session_id: SessionId.optional(),
  /** The execution whose step has it, and who has started that. */
  execution_id: OperationId.optional(),
  on_behalf_of: z.string().optional(),
  /** Only for a step that may change nothing. */
  access: z.literal('read').optional(),
  /** Claims of the issuer about the person who created the token. */
  given: z.record(z.string(), z.json()).optional(),
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
  const signed = await sign(deps, tokens, {
    principal,
    role: given.value,
    seconds: input.expires_in_seconds,
    step: principal,
  });
  if (!signed.ok) return signed;
  const { id, expires_at, secret } = signed.value;
  const done = await commitChanges(deps, [
    auditChange(deps, context, {
      operation: 'token.create',
      outcome: 'done',
      resourceKind: 'token',
      target: { id, name: principal.name },
      changes: { role: { was: null, is: role }, expires_at: { was: null, is: expires_at } },
    }),
  ]);
  const resource = { id, principal: principal.name, role, expires_at };
  return done.ok ? ok({ resource, secret }) : done;
}

/**
 * Signs a token for a step of an execution, which the records of what the step does name. Problems:
 * this server issues no tokens, or the role is gone.
 * @param principal - whom the step acts as, as of now
 */
export async function createStepToken(
  deps: AccessDeps,
  principal: Principal,
  of: StepClaims & { readonly lifeMs: number },
): Promise<Result<string, Problem>> {
  const { tokens } = deps;
  if (tokens === undefined) return err(noTokens());
  const role = await requireRole(deps.store, principal.tenantId, principal.role);
  if (!role.ok) return role;
  const seconds = Math.ceil(of.lifeMs / MS_PER_SECOND);
  const signed = await sign(deps, tokens, {
    principal,
    role: role.value,
    seconds,
    step: { ...principal, ...of },
  });
  return signed.ok ? ok(signed.value.secret) : signed;
}

/** Signs a token that ends in time, and with what its creator came with. */
async function sign(
  deps: AccessDeps,
  tokens: TokenCrypto,
  of: {
    readonly principal: Principal;
    readonly role: FoundRole;
    readonly seconds: number;
    readonly step: StepClaims;
  },
): Promise<
  Result<Pick<IssuedToken['resource'], 'id' | 'expires_at'> & Pick<IssuedToken, 'secret'>, Problem>
> {
  const key = await signingKey(deps, tokens);
  if (!key.ok) return key;
  const nowS = Math.floor(deps.clock.nowMs() / MS_PER_SECOND);
  const endS = Math.floor(endOf(of.principal) / MS_PER_SECOND);
  const exp = Math.min(nowS + of.seconds, endS);
  const id = deps.ids.next('tok');
  const claims = { jti: id, ...roleClaims(of.role), iat: nowS, exp };
  const signed = await tokens.sign(
    { ...claimsOf(of.principal, claims), ...stepClaims(of.step) },
    { id: key.value.id, privateText: key.value.private_sealed },
  );
  if (!signed.ok) return signed;
  return ok({ id, expires_at: toTimestamp(exp * MS_PER_SECOND), secret: signed.value });
}

/** What a token of a step says of it; tokens that are made with it say the same. */
type StepClaims = Pick<Principal, 'executionId' | 'onBehalfOf' | 'access'>;

function stepClaims({ executionId, onBehalfOf, access }: StepClaims): JsonObject {
  return {
    ...(executionId === undefined ? {} : { execution_id: executionId }),
    ...(onBehalfOf === undefined ? {} : { on_behalf_of: onBehalfOf }),
    ...(access === undefined ? {} : { access }),
  };
}

/** Returns the latest time at which a token of a principal ends. Unit: ms. */
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
    ...bondClaims(principal),
    ...claims,
  };
}

/** Returns the claims that bind a token to more than its key. */
function bondClaims({ bond }: Principal): JsonObject {
  if (bond === undefined) return {};
  return bond.kind === 'session' ? { session_id: bond.id } : { given: bond.claims };
}

/**
 * Finds the principal of one of our tokens. A token ends with the API key or the session that it
 * was made with, and has no more rights than its creator has now.
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
  const { sub, name, tenant_id: tenantId, exp, execution_id: executionId } = claims.data;
  const { on_behalf_of: onBehalfOf, access } = claims.data;
  const creator = await findTokenCreator(deps, claims.data);
  if (!creator.ok) return creator;
  // What is left of a step that was killed may do nothing more.
  if (executionId !== undefined && (await hasEnded(deps, executionId))) {
    return err(refusedToken('execution-ended'));
  }
  const role = await roleOf(deps, claims.data, creator.value.principal);
  if (role === undefined) return err(refusedToken('no-role'));
  const expiresAtMs = exp * MS_PER_SECOND;
  return ok({
    id: sub,
    name,
    ...role,
    tenantId,
    expiresAtMs,
    ...(executionId === undefined ? {} : { executionId }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...(access === undefined ? {} : { access }),
    ...creator.value.bound,
  });
}

/** The current role of a token, never with more rights than its creator has now. */
async function roleOf(
  { store }: AccessDeps,
  claims: z.infer<typeof OwnClaims>,
  creator: Principal,
): Promise<ReturnType<typeof carriedRole> | undefined> {
  const role = await findRole(store, claims.tenant_id, claims.role);
  if (role === undefined || role.row?.id !== claims.role_id) return undefined;
  const allowed = grantableBy(creator);
  const operations = new Set([...role.operations].filter((name) => allowed.has(name)));
  if (operations.size === role.operations.size) return carriedRole(role);
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
