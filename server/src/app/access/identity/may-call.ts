import type { OperationName } from '@novacron/contract/operations';
import { type OperationSet, operationsOfRole } from '@novacron/contract/permissions';
import type { Principal } from '../../kernel/context/call-context.ts';

/** The operations that a principal may call. */
export function operationsOf(principal: Pick<Principal, 'role' | 'operations'>): OperationSet {
  return principal.operations ?? operationsOfRole(principal.role);
}

/** Whether the role of a principal allows an operation. */
export function mayCall(
  principal: Pick<Principal, 'role' | 'operations'>,
  name: OperationName,
): boolean {
  return operationsOf(principal).has(name);
}
