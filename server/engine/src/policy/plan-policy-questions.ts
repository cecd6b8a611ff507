/** Plans which policies are evaluated for a request, and with which input. See README.md. */

import {
  POLICY_INPUT_VERSION,
  type PolicyInput,
} from '@novacron/contract/admission/policy-verdict';
import type { JsonObject } from '@novacron/contract/json';
import { actionOf, isCreate } from '@novacron/contract/policy-input/action-of';
import { emptyInInput } from '@novacron/contract/policy-input/empty-in-input';
import { keyInInput } from '@novacron/contract/policy-input/input-keys';
import { copyJsonObject, setOwn } from '../copy-json.ts';
import type {
  AskablePolicy,
  PolicyQuestions,
  QuestionInput,
  ResourceInQuestion,
} from './model/policy.ts';
import { selectPolicies } from './rules/select-policies.ts';

/**
 * Builds the input and selects the policies to evaluate. Every policy gets the same input.
 * @returns all enabled policies of the tenant and of the platform whose scope, actions and selector
 *   fit, for reads only those that name them, for NovaCron's own writes only those that opt in (for
 *   actions of orchestration policies those of the platform as well), the higher priority first and
 *   then in order of name, those that need an unknown field listed separately
 */
export function planPolicyQuestions<P extends AskablePolicy>(
  input: QuestionInput<P>,
): PolicyQuestions<P> {
  const question = toQuestion(input);
  return { question, ...selectPolicies({ ...input, question }) };
}

/** The frozen input: its members never change within a version. */
function toQuestion(input: QuestionInput<AskablePolicy>): PolicyInput {
  const { operation, subject, before, context, unknownFields } = input;
  // A write prepares its id before it is decided about, which a plan does not.
  const resource = isCreate(operation) ? { ...input.resource, id: null } : input.resource;
  return {
    version: POLICY_INPUT_VERSION,
    action: actionOf(operation),
    operation,
    subject: { user_id: subject.userId, role: subject.role, tenant: subject.tenant },
    resource: resourceInInput(resource, unknownFields),
    before: before === null ? null : resourceInInput(asItWas(resource, before), []),
    context: copyJsonObject(context),
  };
}

function asItWas(resource: ResourceInQuestion, before: JsonObject): ResourceInQuestion {
  const { name } = before;
  return { ...resource, name: typeof name === 'string' ? name : resource.name, fields: before };
}

/**
 * Builds `input.resource`.
 * @param unknownFields - names of fields that are left out, because they are not known yet
 */
function resourceInInput(
  resource: ResourceInQuestion,
  unknownFields: readonly string[],
): PolicyInput['resource'] {
  const { type, id, fields } = resource;
  const seen: ReturnType<typeof copyJsonObject> = {};
  for (const name of Object.keys(fields)) {
    if (unknownFields.includes(name)) continue;
    const key = keyInInput(type, name);
    setOwn(seen, key, fields[name] ?? emptyInInput(type, key));
  }
  const name = unknownFields.includes('name') ? null : resource.name;
  return Object.assign(seen, { type, id, name });
}
