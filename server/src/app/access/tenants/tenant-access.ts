/** Requirements of a call on its tenant, besides the caller's role. */
import { type FeatureName, featureNames, featureRow } from '@novacron/contract/access/feature';
import { tableOf } from '@novacron/contract/closed-table';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Store } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { mayCall } from '../identity/may-call.ts';
import { readFeatures } from './merge-features.ts';

const ONLY_PLATFORM = 'is reserved for the first tenant';

/** The first tenant: its people run NovaCron. undefined before the first start. */
export async function findPlatformTenant(store: Store): Promise<Tables['tenants'] | undefined> {
  const [row] = await store.read({ from: 'tenants', where: { is_platform: 1 }, limit: 1 });
  return row;
}

/** The tenant of a principal; undefined once it was deleted. */
export async function findOwnTenant(
  store: Store,
  { tenantId }: Principal,
): Promise<Tables['tenants'] | undefined> {
  const [row] = await store.read({ from: 'tenants', where: { id: tenantId } });
  return row;
}

/** Whether this tenant sees and changes all tenants. */
export function runsPlatform(own: Tables['tenants'] | undefined, principal: Principal): boolean {
  return own?.is_platform === 1 && mayCall(principal, 'tenant.create');
}

/** All feature flags of a tenant, with the defaults filled in; none of a damaged row. */
export function featuresOf(row: Tables['tenants'] | undefined): {
  readonly [Name in FeatureName]: boolean;
} {
  const own = readFeatures(row?.features_json ?? null);
  return tableOf(featureNames(), (name) => {
    const said = own[name];
    return typeof said === 'boolean' ? said : featureRow(name).default === 'on';
  });
}

/**
 * Refuses an operation that the caller's tenant may not use. A row without requirements costs
 * nothing. Problems: `forbidden`, `not-found`, `feature-disabled`.
 */
export async function checkTenantAccess(
  deps: AccessDeps,
  name: OperationName,
  input: unknown,
  principal: Principal,
): Promise<Result<void, Problem>> {
  const { scope, feature } = operationRow(name);
  if (scope === undefined && feature === undefined) return ok(undefined);
  const own = await findOwnTenant(deps.store, principal);
  if (hasTenantAccess(own, name)) return ok(undefined);
  if (scope === 'platform' && own?.is_platform !== 1) {
    return err(ofThePlatform(name, input, principal));
  }
  return feature === undefined ? ok(undefined) : requireFeature(own, feature);
}

/** Whether the features of a tenant, and its place among the tenants, allow an operation. */
export function hasTenantAccess(own: Tables['tenants'] | undefined, name: OperationName): boolean {
  const { scope, feature } = operationRow(name);
  if (scope === 'platform' && own?.is_platform !== 1) return false;
  return feature === undefined || featuresOf(own)[feature];
}

/** Refuses an operation whose feature flag the tenant lacks. Problems: `feature-disabled`. */
export function requireFeature(
  own: Tables['tenants'] | undefined,
  feature: FeatureName,
): Result<void, Problem> {
  if (featuresOf(own)[feature]) return ok(undefined);
  const what = featureRow(feature).description;
  return err(
    problem('feature-disabled', {
      detail: `Your tenant does not have the feature ${feature}: ${what.toLowerCase()}.`,
      remedy: 'Ask the operators of NovaCron; novacron whoami lists the features of your tenant.',
      data: { feature },
    }),
  );
}

/** Refuses callers outside the first tenant. Problems: `forbidden`. */
export function requirePlatform(
  own: Tables['tenants'] | undefined,
  what: string,
): Result<void, Problem> {
  return own?.is_platform === 1 ? ok(undefined) : err(forPlatformAlone(what));
}

/**
 * Returns why a tenant may not have a policy of a scope; undefined where it may. Only the first
 * tenant has policies for all tenants.
 */
export function refusePolicyScope(
  own: Tables['tenants'] | undefined,
  scope: string | null,
): Problem | undefined {
  if (scope !== 'platform') return undefined;
  const allowed = requirePlatform(own, 'A policy of scope platform');
  if (allowed.ok) return undefined;
  return { ...allowed.error, fields: [{ path: ['scope'], message: ONLY_PLATFORM }] };
}

/**
 * Another tenant is reported as not found; only the own tenant gets an explanation. Nodes are no
 * secret: every tenant sees them.
 */
function ofThePlatform(name: OperationName, input: unknown, principal: Principal): Problem {
  const id = idIn(input);
  if (id !== undefined && id !== principal.tenantId && !name.startsWith('node.')) {
    return notFound(name.slice(0, name.indexOf('.')), id);
  }
  return forPlatformAlone(name);
}

function forPlatformAlone(what: string): Problem {
  return problem('forbidden', {
    detail: `${what} affects all tenants, so it is reserved for the first tenant.`,
    remedy: 'Ask the operators of NovaCron.',
    data: { needed_tenant: 'platform' },
  });
}

function idIn(input: unknown): string | undefined {
  const isObject = typeof input === 'object' && input !== null && 'id' in input;
  return isObject && typeof input.id === 'string' ? input.id : undefined;
}
