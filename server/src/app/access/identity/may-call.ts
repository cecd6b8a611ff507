import type { Role } from '@novacron/contract/access/identity';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import {
  type Allowed,
  type OperationSet,
  operationsOfRole,
} from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Principal } from '../../kernel/context/call-context.ts';

/** Returns the operations that the role of a principal allows. */
export function operationsOf(principal: Pick<Principal, 'role' | 'operations'>): OperationSet {
  return principal.operations ?? operationsOfRole(principal.role);
}

/** Whether the role of a principal allows an operation, or has a permission. */
export function mayCall(principal: Pick<Principal, 'role' | 'operations'>, name: Allowed): boolean {
  return operationsOf(principal).has(name);
}

/** The refusal of a call that the role of the caller does not allow. */
export function forbiddenCall(
  name: OperationName,
  needed: Role,
  {
    name: key,
    person,
    role,
    operations,
  }: Pick<Principal, 'name' | 'person' | 'role' | 'operations'>,
): Problem {
  if (operations !== undefined) {
    return problem('forbidden', {
      detail: `Your role ${role} does not allow ${name}.`,
      remedy: 'Ask an admin to add it to the role, or use an API key with another role.',
      data: { needed_operation: name, role },
    });
  }
  const whose = person === undefined ? '' : ` ${key} of ${person}`;
  return problem('forbidden', {
    detail: `${name} needs the role ${needed}; your key${whose} has the role ${role}.`,
    remedy: `Use an API key with the role ${needed}, or ask an admin to do it.`,
    data: { needed_role: needed, role },
  });
}
