import type { AdmissionWarning } from '@novacron/contract/admission/admission';
import type { PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import type { FieldProblem } from '@novacron/contract/problem/problem';

/**
 * Makes warnings as complete as a denial: the policy, its rule and the field.
 * @param verdict - names the policy, its version and the rule
 * @param messages - what is said, a warning each
 * @param fields - the fields that these messages name
 */
export function makeWarnings(
  verdict: Pick<PolicyVerdict, 'policy' | 'version' | 'rule_path'>,
  messages: readonly string[],
  fields: readonly FieldProblem[],
): AdmissionWarning[] {
  const { policy, version, rule_path } = verdict;
  return messages.map((message) => {
    const path = fields.find((field) => field.message === message)?.path;
    return { policy, version, rule_path, message, ...(path === undefined ? {} : { path }) };
  });
}
