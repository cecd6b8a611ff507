/** Selects the policies that decide a question. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type {
  AskablePolicy,
  DeferredPolicy,
  PolicyQuestions,
  QuestionInput,
} from '../model/policy.ts';
import { inOrderOfPolicies } from './compare-policies.ts';
import { findUnknownFields } from './find-unknown-fields.ts';
import { selectsPolicy } from './selects-policy.ts';
import { SELECTOR_WAITS_FOR, selectsRequest } from './selects-request.ts';

/** A question, who asks it, and the policies that may be about it. */
export interface PolicySelection<P extends AskablePolicy>
  extends Pick<QuestionInput<P>, 'principal' | 'unknownFields' | 'policies'> {
  readonly question: PolicyInput;
}

/**
 * Selects policies.
 * @returns those to evaluate, the higher priority first and then in order of name, and those that
 *   need an unknown field
 */
export function selectPolicies<P extends AskablePolicy>({
  question,
  principal,
  unknownFields,
  policies,
}: PolicySelection<P>): Pick<PolicyQuestions<P>, 'ask' | 'deferred'> {
  const { resource, before, subject, action } = question;
  const resourceType = typeof resource.type === 'string' ? resource.type : '';
  const request = { resource: { type: resourceType, fields: resource }, before, unknownFields };
  const selected = policies.filter(
    (policy) => decidesFor(policy, principal) && selectsPolicy(policy, subject.tenant),
  );
  const ask: P[] = [];
  const deferred: DeferredPolicy[] = [];
  for (const policy of inOrderOfPolicies(selected, (each) => each)) {
    const fit = selectsRequest(policy, request, action);
    if (fit === 'no') continue;
    const unread = findUnknownFields(policy, { resourceType, unknownFields });
    if (fit === 'yes' && unread.length === 0) {
      ask.push(policy);
      continue;
    }
    const waits = new Set([...unread, ...(fit === 'later' ? SELECTOR_WAITS_FOR : [])]);
    deferred.push({ policy, unknownFields: [...waits].sort() });
  }
  return { ask, deferred };
}

/**
 * Whether a policy decides writes of a kind of principal. Tenants write orchestration policies, so
 * what the platform denies a tenant it denies their actions as well.
 */
function decidesFor(
  { platformWrites, scope }: AskablePolicy,
  principal: QuestionInput<AskablePolicy>['principal'],
): boolean {
  if (principal === 'person' || platformWrites === true) return true;
  return principal === 'orchestration' && scope === 'platform';
}
