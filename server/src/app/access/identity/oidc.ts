/** Maps a token of the configured OpenID Connect issuer to a principal. */
import { ROLES, Role } from '@novacron/contract/access/identity';
import { TenantId } from '@novacron/contract/ids';
import type { Json, JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import type { ClaimMapping, OidcAccess } from '../oidc-access.ts';
import { carriedRole, type FoundRole, findRole } from './find-role.ts';
import { sessionName } from './session.ts';
import { type RefusedToken, refusedToken } from './token-problems.ts';

const MS_PER_SECOND = 1_000;

/** Finds the principal: role and tenant come from claims and are never assumed. */
export async function authenticateOidc(
  deps: AccessDeps,
  oidc: OidcAccess,
  token: string,
): Promise<Result<Principal, RefusedToken>> {
  const verified = await oidc.verifier.verify(token, deps.clock.nowMs());
  if (!verified.ok) return err(refusedToken(verified.error));
  const claims = verified.value;
  const names = roleNamesOf(claims, oidc);
  if (names.length === 0) return err(refusedToken('no-role'));
  const tenantId = await tenantOf(deps, claims, oidc.tenantClaim);
  if (tenantId === undefined) return err(refusedToken('no-tenant'));
  const role = await firstRole(deps, tenantId, names);
  if (role === undefined) return err(refusedToken('no-role'));
  // Not the display name, which people choose themselves: records must identify the person.
  const name = sessionName(String(claims.sub));
  return ok({
    id: name,
    name,
    ...carriedRole(role),
    tenantId,
    expiresAtMs: Number(claims.exp) * MS_PER_SECOND,
  });
}

/** The roles that the claim gives: built-in ones first, the most powerful of them in front. */
function roleNamesOf(claims: JsonObject, mapping: ClaimMapping): readonly string[] {
  const value = claimAt(claims, mapping.roleClaim);
  const values = Array.isArray(value) ? value : [value];
  const given = values.flatMap((each) =>
    typeof each === 'string' && Object.hasOwn(mapping.roles, each) ? [mapping.roles[each]] : [],
  );
  const names = Object.values(mapping.roles).filter((name) => given.includes(name));
  const own = names.filter((name) => !Role.safeParse(name).success);
  return [...ROLES.filter((role) => given.includes(role)), ...new Set(own)];
}

/** The first of the roles that exists in the tenant. */
async function firstRole(
  { store }: AccessDeps,
  tenantId: TenantId,
  names: readonly string[],
): Promise<FoundRole | undefined> {
  for (const name of names) {
    const role = await findRole(store, tenantId, name);
    if (role !== undefined) return role;
  }
  return undefined;
}

async function tenantOf(
  deps: AccessDeps,
  claims: JsonObject,
  claim: string | undefined,
): Promise<TenantId | undefined> {
  const value = claim === undefined ? undefined : claimAt(claims, claim);
  if (claim !== undefined && typeof value !== 'string') return undefined;
  const { byName, byId, first } = await deps.store.snapshot({
    byName: { from: 'tenants', where: { name: String(value) } },
    byId: { from: 'tenants', where: { id: String(value) } },
    first: { from: 'tenants', where: { is_platform: 1 }, limit: 1 },
  });
  // Ids are looked up first: a tenant cannot take the id of another as its name.
  const row = claim === undefined ? first[0] : (byId[0] ?? byName[0]);
  return row === undefined ? undefined : TenantId.parse(row.id);
}

function claimAt(claims: JsonObject, path: string): Json | undefined {
  // Claims whose names contain dots, such as URLs, are looked up whole.
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: Json | undefined = claims;
  for (const name of path.split('.')) value = memberOf(value, name);
  return value;
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
