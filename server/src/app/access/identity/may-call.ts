import type { Role } from '@novacron/contract/access/identity';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
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

/** Decisions of people, which no step of an execution takes with its token. */
const OF_PEOPLE: ReadonlySet<OperationName> = new Set([
  'approval.approve',
  'approval.deny',
  'workflow.authorize',
]);

/**
 * Refuses a call that the role of the caller does not allow, or that its step may not make;
 * undefined where it may.
 */
export function refuseCall(principal: Principal, name: OperationName): Problem | undefined {
  if (!mayCall(principal, name)) return forbiddenCall(name, operationRow(name).role, principal);
  const { executionId, access } = principal;
  if (executionId !== undefined && OF_PEOPLE.has(name)) {
    return problem('forbidden', {
      detail: `A step of an execution cannot call ${name}: that decision is for people.`,
      remedy: 'Call it with an API key of a person.',
    });
  }
  // A token that is made with this one may do no more.
  if (access !== 'read' || name === 'token.create') return undefined;
  return operationRow(name).effect === 'write' ? readsOnly(name) : undefined;
}

/** The refusal of a change by a step whose token only reads. */
export function readsOnly(what: string): Problem {
  return problem('forbidden', {
    detail: `The token of this step can only read and preview, so it cannot call ${what}.`,
    remedy: 'Make the change in a step that applies it, such as the apply of a sync.',
  });
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
