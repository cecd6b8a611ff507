import type { JsonObject } from '@novacron/contract/json';
import type { AskablePolicy } from '../model/policy.ts';

/** The level that a policy comes from, highest first. */
export const SCOPE_LEVELS = ['platform', 'tenant', 'namespace'] as const;
export type ScopeLevel = (typeof SCOPE_LEVELS)[number];

/** The label that says in which namespace a resource is. */
const NAMESPACE_LABEL = 'environment';

/** Namespace of a resource without that label. */
const NAMESPACE_DEFAULT = 'default';

const NAMESPACE_PREFIX = 'namespace/';

/** The level of a policy, and the namespace where it is one's. */
export function readScope({ scope }: Pick<AskablePolicy, 'scope'>): {
  readonly level: ScopeLevel;
  readonly namespace: string | undefined;
} {
  if (scope?.startsWith(NAMESPACE_PREFIX) === true) {
    return { level: 'namespace', namespace: scope.slice(NAMESPACE_PREFIX.length) };
  }
  return { level: scope === 'platform' ? 'platform' : 'tenant', namespace: undefined };
}

/** The labels that put a resource into the namespace of a policy; none where it is not one's. */
export function labelsInScope(
  policy: Pick<AskablePolicy, 'scope'>,
): Readonly<Record<string, string>> {
  const { namespace } = readScope(policy);
  return namespace === undefined ? {} : { [NAMESPACE_LABEL]: namespace };
}

/** The namespace of a resource, by its fields. */
export function namespaceOf({ metadata }: JsonObject): string {
  const labels: Readonly<Record<string, unknown>> =
    typeof metadata === 'object' && metadata !== null ? { ...metadata } : {};
  const name = labels[NAMESPACE_LABEL];
  return typeof name === 'string' && name !== '' ? name : NAMESPACE_DEFAULT;
}
