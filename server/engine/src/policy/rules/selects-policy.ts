import type { AskablePolicy } from '../model/policy.ts';

/**
 * Whether a policy decides for a tenant: it is enabled, and the tenant's own or the platform's.
 */
export function selectsPolicy(
  policy: Pick<AskablePolicy, 'enabled' | 'tenantId' | 'scope'>,
  tenantId: string,
): boolean {
  return policy.enabled && (policy.tenantId === tenantId || policy.scope === 'platform');
}
