/** Refuses texts with tasks that a principal may not call. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { forbiddenCall, mayCall } from '../../access/identity/may-call.ts';
import type { Principal } from '../../kernel/context/call-context.ts';

/**
 * Names the first task that the principal may not call. Who starts an execution is asked, since
 * what fails for certain does not begin at all; and who stores a text, since schedules, triggers
 * and steps of other workflows start it as another principal, which may do more.
 */
export function refuseRole(
  { steps }: Pick<AutomationDefinition, 'steps'>,
  principal: Principal,
): readonly Problem[] {
  const names = steps.flatMap(({ task, compensate }) => [task, compensate?.task]);
  const refused = names.find(
    (name) => name !== undefined && isOperationName(name) && !mayCall(principal, name),
  );
  if (refused === undefined || !isOperationName(refused)) return [];
  return [forbiddenCall(refused, operationRow(refused).role, principal)];
}
