/** Maps what an issuer says of a person to a role in a tenant, by the mapping of this moment. */
import { ROLES, Role } from '@novacron/contract/access/identity';
import { TenantId } from '@novacron/contract/ids';
import { isRecord, type Json, type JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import type { AccessDeps } from '../deps.ts';
import type { ClaimMapping, GroupRule, OidcAccess } from '../oidc-access.ts';
import { type FoundRole, findRole } from './find-role.ts';

/** More groups than directories give a person. */
const VALUES_MAX = 1_000;

/** Claims of a token that matter for its mapping. */
export interface GivenClaims {
  readonly issuer: string;
  readonly subject: string;
  /** Names of the claims that were read. */
  readonly roleClaim: string;
  readonly tenantClaim: string | null;
  /** Values of the role claim. */
  readonly values: readonly string[];
  /** The tenant claim; null where none is read, or it is not a text. */
  readonly tenant: string | null;
}

/** Reason why a person is not admitted. */
export interface ClaimFault {
  /** `rule-role` and `rule-tenant`: the rule that decides names what does not exist. */
  readonly reason: 'disabled' | 'no-role' | 'no-tenant' | 'rule-role' | 'rule-tenant';
  /** The value of the role claim that the rule is about, and what it names. */
  readonly rule?: { readonly group: string; readonly names: string };
}

/** Tenant and role of a person on this server. */
export interface Granted {
  readonly tenantId: TenantId;
  readonly role: FoundRole;
}

/** Reads what counts of verified claims. */
export function readClaims(claims: JsonObject, oidc: OidcAccess): GivenClaims {
  const { roleClaim, tenantClaim, verifier } = oidc;
  const value = claimAt(claims, roleClaim);
  const texts = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
  const tenant = tenantClaim === undefined ? undefined : claimAt(claims, tenantClaim);
  return {
    issuer: verifier.issuer,
    subject: String(claims.sub),
    roleClaim,
    tenantClaim: tenantClaim ?? null,
    values: texts.slice(0, VALUES_MAX),
    tenant: typeof tenant === 'string' ? tenant : null,
  };
}

/** Finds role and tenant: they come from the mapping and are never assumed. */
export async function mapClaims(
  deps: AccessDeps,
  oidc: OidcAccess,
  given: GivenClaims,
): Promise<Result<Granted, ClaimFault>> {
  const rules = oidc.rules?.();
  if (rules === undefined) return mapByClaims(deps, oidc, given);
  if (rules.disabled.includes(given.subject)) return err({ reason: 'disabled' });
  // It decides alone: a later rule would give more because a role or a tenant is gone.
  const rule = rules.groups.find(({ group }) => given.values.includes(group));
  return rule === undefined ? err({ reason: 'no-role' }) : grantBy(deps, rule);
}

async function grantBy(
  deps: AccessDeps,
  { group, role: name, tenant }: GroupRule,
): Promise<Result<Granted, ClaimFault>> {
  const tenantId = await findTenant(deps, tenant);
  if (tenantId === undefined) {
    return err({ reason: 'rule-tenant', rule: { group, names: tenant ?? '' } });
  }
  const role = await findRole(deps.store, tenantId, name);
  if (role !== undefined) return ok({ tenantId, role });
  return err({ reason: 'rule-role', rule: { group, names: name } });
}

async function mapByClaims(
  deps: AccessDeps,
  oidc: OidcAccess,
  { values, tenant }: GivenClaims,
): Promise<Result<Granted, ClaimFault>> {
  const [name] = roleNamesOf(values, oidc);
  if (name === undefined) return err({ reason: 'no-role' });
  const isNamed = oidc.tenantClaim !== undefined;
  if (isNamed && tenant === null) return err({ reason: 'no-tenant' });
  const tenantId = await findTenant(deps, isNamed ? (tenant ?? '') : undefined);
  if (tenantId === undefined) return err({ reason: 'no-tenant' });
  const role = await findRole(deps.store, tenantId, name);
  if (role !== undefined) return ok({ tenantId, role });
  const group = values.find((value) => oidc.roles[value] === name) ?? '';
  return err({ reason: 'rule-role', rule: { group, names: name } });
}

/** The roles that the claim gives: built-in ones first, the most powerful of them in front. */
function roleNamesOf(values: readonly string[], mapping: ClaimMapping): readonly string[] {
  const given = values.flatMap((each) =>
    Object.hasOwn(mapping.roles, each) ? [mapping.roles[each]] : [],
  );
  const names = Object.values(mapping.roles).filter((name) => given.includes(name));
  const own = names.filter((name) => !Role.safeParse(name).success);
  return [...ROLES.filter((role) => given.includes(role)), ...new Set(own)];
}

/** Ids are looked up first: a tenant cannot take the id of another as its name. */
async function findTenant(
  { store }: AccessDeps,
  named: string | undefined,
): Promise<TenantId | undefined> {
  const { byName, byId, first } = await store.snapshot({
    byName: { from: 'tenants', where: { name: named ?? '' } },
    byId: { from: 'tenants', where: { id: named ?? '' } },
    first: { from: 'tenants', where: { is_platform: 1 }, limit: 1 },
  });
  const row = named === undefined ? first[0] : (byId[0] ?? byName[0]);
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
  if (!isRecord(value)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
