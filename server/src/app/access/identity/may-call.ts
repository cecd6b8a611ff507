import {
  type Allowed,
  type OperationSet,
  operationsOfRole,
} from '@novacron/contract/operations-table/permissions';
import type { Principal } from '../../kernel/context/call-context.ts';

/** What the role of a principal allows. */
export function operationsOf(principal: Pick<Principal, 'role' | 'operations'>): OperationSet {
  return principal.operations ?? operationsOfRole(principal.role);
}

/** Whether the role of a principal allows an operation, or has a permission. */
export function mayCall(principal: Pick<Principal, 'role' | 'operations'>, name: Allowed): boolean {
  return operationsOf(principal).has(name);
}
