/** Policies and requests for tests of admission. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { ok } from '@novacron/contract/result';
import type {
  AnsweredPolicy,
  AskablePolicy,
  QuestionInput,
  RuleAnswer,
} from '../src/policy/model/policy.ts';

/** An enabled access policy in block mode that reads the subject's role. */
export function makePolicy(values: Partial<AskablePolicy> = {}): AskablePolicy {
  return {
    name: 'guard',
    tenantId: 'tnt_1',
    type: 'access',
    version: 1,
    mode: 'block',
    enabled: true,
    packageName: 'novacron',
    answers: ['allow'],
    inputReferences: [{ path: ['subject', 'role'], complete: true }],
    ...values,
  };
}

/** An operator who creates a VM. */
export function makeRequest(
  values: Partial<QuestionInput<AskablePolicy>> = {},
): QuestionInput<AskablePolicy> {
  return {
    operation: 'vm.create',
    principal: 'person',
    subject: { userId: 'ann', role: 'operator', tenant: 'tnt_1' },
    resource: { type: 'vm', id: null, name: 'web-01', fields: { name: 'web-01', memory_gb: 8 } },
    before: null,
    context: { client: 'terraform' },
    unknownFields: [],
    policies: [],
    ...values,
  };
}

/** The question that {@link makeRequest} asks. */
export const QUESTION: PolicyInput = {
  version: 1,
  action: 'create_vm',
  operation: 'vm.create',
  subject: { user_id: 'ann', role: 'operator', tenant: 'tnt_1' },
  resource: { name: 'web-01', memory_gb: 8, type: 'vm', id: null },
  before: null,
  context: { client: 'terraform' },
};

/** A policy with what its rules evaluated to; rules that are left out have no value. */
export function answerOf(
  policy: Partial<AskablePolicy>,
  answer: Partial<RuleAnswer>,
): AnsweredPolicy {
  const silence = { allow: undefined, deny: undefined, warn: undefined, violation: undefined };
  return { policy: makePolicy(policy), answer: ok({ ...silence, ...answer }) };
}
