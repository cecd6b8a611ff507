/** Refuses texts with tasks that a principal may not call. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { forbiddenCall, mayCall } from '../../access/identity/may-call.ts';
import type { Principal } from '../../kernel/context/call-context.ts';

/**
 * Names the first task that the author of a text may not call: schedules, triggers and steps of
 * other workflows start it as another principal, which may do more. A text that runs as an API key
 * does nothing before an admin has authorized it.
 */
export function refuseAuthor(
  definition: Pick<AutomationDefinition, 'steps' | 'run_as'>,
  author: Principal,
): readonly Problem[] {
  return definition.run_as === undefined ? refuseRole(definition, author) : [];
}

/** The same for who runs a text: what fails for certain does not begin at all. */
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
