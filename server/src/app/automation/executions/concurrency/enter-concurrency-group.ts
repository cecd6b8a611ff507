/** Plans how an execution enters the concurrency group of its definition. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { JsonObject } from '@novacron/contract/json';
import { operationRow } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { resolveText } from '@novacron/engine/automation/workflows/resolve/resolve-step';
import { forbiddenCall, mayCall } from '../../../access/identity/may-call.ts';
import { enterGroup } from '../../../kernel/concurrency/enter-group.ts';
import { groupIdOf } from '../../../kernel/concurrency/read-group.ts';
import type { ExecutionPlan } from '../../../kernel/definitions/operation-definition.ts';
import type { PreparedWrite, WriteScope } from '../../../kernel/write/prepared-write.ts';

/** Inputs may be long, and people read the group. Unit: characters. */
const GROUP_LENGTH_MAX = 256;

/** Entry of an execution in its concurrency group; empty if its definition has no group. */
export type GroupEntry = Pick<ExecutionPlan, 'concurrency'> &
  Pick<PreparedWrite, 'queuedFor'> &
  Pick<PreparedWrite['saga'], 'reserve'>;

/**
 * Enters the group.
 * @param inputs - of the run, with defaults
 * @returns what becomes part of it. Problems: `validation-failed` where the group is no text,
 *   `forbidden` where the caller may not cancel others, `in-use` where the group is full
 */
export async function enterConcurrencyGroup(
  { name, concurrency }: AutomationDefinition,
  inputs: JsonObject,
  { deps, context, operationId: id }: WriteScope,
): Promise<Result<GroupEntry, Problem>> {
  if (concurrency === undefined) return ok({ reserve: [] });
  const { principal } = context;
  const { limit, when_busy } = concurrency;
  if (when_busy === 'cancel_oldest' && !mayCall(principal, 'operation.cancel')) {
    const { role } = operationRow('operation.cancel');
    return err(forbiddenCall('operation.cancel', role, principal));
  }
  const group = groupOf(concurrency.group, inputs, id);
  if (!group.ok) return err(wrongGroup(name, group.error));
  const { tenantId } = principal;
  const groupId = groupIdOf(tenantId, group.value);
  const entry = { group: group.value, groupId, limit, when_busy };
  const entered = await enterGroup(deps, { id, tenantId, workflow: name, concurrency: entry });
  if (!entered.ok) return entered;
  const { state, changes } = entered.value;
  const queued = state === 'queued' ? { queuedFor: group.value } : {};
  return ok({ concurrency: entry, reserve: changes, ...queued });
}

function groupOf(text: string, inputs: JsonObject, runId: string): Result<string, string> {
  const resolved = resolveText(text, { inputs, outputs: new Map(), runId });
  if (!resolved.ok) return resolved;
  const { value } = resolved;
  if (value === null || typeof value === 'object') {
    return err('is a list, an object or null: use inputs that are strings, numbers or booleans');
  }
  const group = String(value);
  if (group.length === 0) return err('is empty');
  if (group.length <= GROUP_LENGTH_MAX) return ok(group);
  return err(`has ${group.length} characters; the maximum is ${GROUP_LENGTH_MAX}`);
}

function wrongGroup(name: string, why: string): Problem {
  return problem('validation-failed', {
    detail: `A run of ${name} is refused: its concurrency.group ${why}.`,
    remedy: 'Correct the inputs used by the group; novacron workflow show prints the definition.',
    fields: [{ path: ['inputs'], message: `produce a concurrency.group that ${why}` }],
  });
}
