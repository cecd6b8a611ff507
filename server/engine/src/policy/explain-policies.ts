/**
 * Explains which policies a namespace has, where each comes from, and which of them are evaluated.
 */
import type { JsonObject } from '@novacron/contract/json';
import type { AskablePolicy } from './model/policy.ts';
import { comparePolicies } from './rules/compare-policies.ts';
import { readScope, SCOPE_LEVELS, type ScopeLevel } from './rules/policy-scope.ts';
import { selectsRequest } from './rules/select-policies.ts';

/** The resource to explain; absent members are not checked. */
export interface ExplainedResource {
  readonly namespace: string;
  readonly action: string | undefined;
  readonly kind: string | undefined;
  readonly labels: Readonly<Record<string, string>> | undefined;
}

/** A policy and its place. */
export interface ExplainedPolicy<P> {
  readonly policy: P;
  readonly from: ScopeLevel;
  readonly decides: boolean;
  /** A clause without full stop. */
  readonly explanation: string;
}

/**
 * Explains the policies of a tenant.
 * @param policies - the enabled ones of the tenant and of the platform
 * @returns those of the platform first, then the tenant's, then the namespace's; those of other
 *   namespaces as well, marked as not evaluated
 */
export function explainPolicies<P extends AskablePolicy>(
  policies: readonly P[],
  about: ExplainedResource,
): readonly ExplainedPolicy<P>[] {
  return policies
    .toSorted((left, right) => levelOf(left) - levelOf(right) || comparePolicies(left, right))
    .map((policy) => {
      const { level, namespace } = readScope(policy);
      const reason = findReason(policy, namespace, about);
      const origin = ORIGINS[level];
      return {
        policy,
        from: level,
        decides: reason === undefined,
        explanation: reason === undefined ? origin : `${origin}, and ${reason}`,
      };
    });
}

const ORIGINS: Readonly<Record<ScopeLevel, string>> = {
  platform: 'inherited from the platform, which has it for all tenants',
  tenant: 'inherited from the tenant, which has it for all its namespaces',
  namespace: 'of the namespace itself',
};

function levelOf(policy: AskablePolicy): number {
  return SCOPE_LEVELS.indexOf(readScope(policy).level);
}

/** Returns why a policy is not evaluated; undefined where it is. */
function findReason(
  policy: AskablePolicy,
  own: string | undefined,
  { namespace, action, kind, labels }: ExplainedResource,
): string | undefined {
  if (own !== undefined && own !== namespace) return `it is about namespace ${own} alone`;
  const { actions, selector } = policy;
  if (action !== undefined) {
    const about = { resource: anyResource(kind ?? '', {}), before: null, unknownFields: [] };
    const byAction = selectsRequest({ actions: actions ?? null }, about, action);
    if (byAction === 'no') return `it is not asked about ${action}`;
  }
  const kinds = selector?.kinds ?? null;
  if (kind !== undefined && kinds?.includes(kind) === false)
    return `it is about ${kinds.join(', ')}`;
  const wanted = Object.entries(selector?.labels ?? {});
  const missing = wanted.find(([name, value]) => labels !== undefined && labels[name] !== value);
  return missing === undefined ? undefined : `it is about resources with ${missing.join('=')}`;
}

function anyResource(type: string, fields: JsonObject) {
  return { type, id: null, name: null, fields };
}
