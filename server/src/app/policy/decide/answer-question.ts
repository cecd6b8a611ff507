/** Asks the policies about a hypothetical write. */

import type { JsonObject } from '@novacron/contract/json';
import {
  isOperationName,
  type OutputOf,
  operationNames,
  operationRow,
  type ParsedInputOf,
} from '@novacron/contract/operations-table/operations';
import { SUBJECT_KINDS } from '@novacron/contract/policy-input/subject-fields';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { mayCall } from '../../access/identity/may-call.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PolicySubject } from '../../kernel/context/policy-question.ts';
import type { DecidingDeps } from '../memory/deciding-deps.ts';
import { askPolicies } from './decide-write.ts';

/**
 * Answers `policy_decision.ask`. Problems: `validation-failed` for an operation that no policy
 * decides; `forbidden` for a question about another principal without the permission to ask it.
 */
export async function answerQuestion(
  deps: DecidingDeps,
  { operation, resource, before, subject }: ParsedInputOf<'policy_decision.ask'>,
  context: CallContext,
): Promise<Result<OutputOf<'policy_decision.ask'>, Problem>> {
  const noun = operation.slice(0, operation.indexOf('.'));
  const resourceKind = SUBJECT_KINDS.find((kind) => kind === noun);
  if (!isOperationName(operation) || resourceKind === undefined || !isWrite(operation)) {
    return err(decidesNothing(operation));
  }
  if (subject !== undefined && !mayCall(context.principal, 'policy_decision.ask_for_others')) {
    return err(notAboutOthers(context.principal.role));
  }
  const { type: _type, id, ...fields } = resource;
  const write: PolicySubject = {
    operation,
    resourceKind,
    target: {
      id: typeof id === 'string' ? id : '',
      name: typeof fields.name === 'string' ? fields.name : '',
    },
    before: fieldsOf(before),
    wanted: operation.endsWith('.delete') ? null : fields,
    unknown: [],
    ...(subject === undefined ? {} : { subject: { name: subject.user_id, role: subject.role } }),
  };
  const asked = write.wanted === null ? { ...write, before: write.before ?? fields } : write;
  const answer = await askPolicies(deps, context, { ...asked, moment: 'question' });
  if (answer === undefined) return ok({ allowed: true, reasons: [], policies: [], warnings: [] });
  if (answer.shed !== undefined) return err(answer.shed);
  const { allowed, reasons, policies, warnings } = answer.decision;
  return ok({ allowed, reasons, policies, warnings });
}

function fieldsOf(resource: JsonObject | null): JsonObject | null {
  if (resource === null) return null;
  const { type: _type, id: _id, ...fields } = resource;
  return fields;
}

function isWrite(name: string): boolean {
  return isOperationName(name) && operationRow(name).effect === 'write';
}

function notAboutOthers(role: string): Problem {
  return problem('forbidden', {
    detail: `The role ${role} does not allow policy_decision.ask_for_others.`,
    remedy:
      'Leave out subject to ask about yourself, or ask an admin for a role that lists ' +
      'policy_decision.ask_for_others: of patterns only * includes it.',
    fields: [{ path: ['subject'], message: 'needs policy_decision.ask_for_others' }],
    data: { needed_operation: 'policy_decision.ask_for_others', role },
  });
}

function decidesNothing(operation: string): Problem {
  const near = nearName(operation, operationNames().filter(isWrite));
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  const end = near === undefined ? '.' : '';
  return problem('validation-failed', {
    detail: `Policies do not decide an operation named ${JSON.stringify(operation)}${hint}${end}`,
    remedy: 'Name an operation that writes, such as vm.create; see docs/reference/policies.md.',
    fields: [{ path: ['operation'], message: `is not an operation that policies decide${hint}` }],
  });
}
