import type { AskablePolicy } from '../model.ts';

/** Whether a policy decides for a tenant: it is the tenant's own and enabled, of whatever type. */
export function selectsPolicy(
  policy: Pick<AskablePolicy, 'enabled' | 'tenantId'>,
  tenantId: string,
): boolean {
  return policy.enabled && policy.tenantId === tenantId;
}
