/** Explains verdicts in lines for people. */
import type { PolicyInput, PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import { assertNever } from '@novacron/contract/result';

/**
 * Explains the verdict of one policy.
 * @returns a line per reason, each of which names the policy, without full stops
 */
export function explainVerdict(verdict: PolicyVerdict, question: PolicyInput): string[] {
  const policy = `policy "${verdict.policy}" (version ${verdict.version}, ${verdict.rule_path})`;
  const what = `${question.action} by role ${question.subject.role}`;
  switch (verdict.outcome) {
    case 'deny':
      return verdict.reasons.map((reason) =>
        namesPolicy(reason, verdict) ? reason : `${policy} denies ${what}: ${reason}`,
      );
    case 'error':
      return [...verdict.reasons];
    case 'allow':
      return [`${policy} allows ${what}`];
    case 'silent':
      return [`${policy} has nothing to say about ${what}`];
    case 'deferred':
      return [`${policy} decides ${what} once this is known: ${verdict.unknown_fields.join(', ')}`];
    default:
      return assertNever(verdict.outcome);
  }
}

/** Whether a reason is NovaCron's own, which begins with the policy, rather than the policy's. */
function namesPolicy(reason: string, { policy, version }: PolicyVerdict): boolean {
  return reason.startsWith(`policy "${policy}" (version ${version}`);
}
