/** Whether the caller of a preview may send the write itself. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { operationRow } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { AccessDeps } from '../../access/deps.ts';
import { forbiddenCall, mayCall } from '../../access/identity/may-call.ts';
import { checkTenantAccess } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';

/** @returns why not, by role or tenant; undefined where the caller may */
export async function refuseCaller(
  deps: AccessDeps,
  operation: OperationName,
  input: Readonly<Record<string, unknown>>,
  { principal }: CallContext,
): Promise<Problem | undefined> {
  if (!mayCall(principal, operation)) {
    return forbiddenCall(operation, operationRow(operation).role, principal);
  }
  const served = await checkTenantAccess(deps, operation, input, principal);
  return served.ok ? undefined : served.error;
}
