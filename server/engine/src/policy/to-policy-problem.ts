/** Explains verdicts in lines, and denials as problems: all reasons, who can act, and how. */
import type { PolicyInput, PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, assertNever } from '@novacron/contract/result';
import type { AdmissionDecision } from './model/policy.ts';
import { isRefusal } from './plan-admission.ts';

/**
 * Makes the `policy-denied` problem of a denied request.
 * @param decision - a decision that denies
 * @param question - the request
 * @returns a problem with every reason in its detail, a line each where there are several; its
 *   fields are those that the policies' own messages name; `data.policies` holds the verdicts
 */
export function toPolicyProblem(decision: AdmissionDecision, question: PolicyInput): Problem {
  assert(!decision.allowed, 'only a refusal is a problem');
  const refusals = decision.policies.filter(isRefusal);
  const reasons = refusals.flatMap((verdict) => explainVerdict(verdict, question));
  const [only] = reasons;
  return problem('policy-denied', {
    detail:
      reasons.length === 1 && only !== undefined
        ? toSentence(only)
        : [`${reasons.length} reasons:`, ...reasons.map((reason) => `- ${reason}`)].join('\n'),
    remedy: suggestRemedy(refusals.map(({ policy }) => policy)),
    fields: decision.fields,
    data: {
      policies: refusals.map(({ policy, version, mode, outcome, reasons, rule_path }) => ({
        policy,
        version,
        mode,
        outcome,
        reasons,
        rule_path,
      })),
    },
  });
}

function suggestRemedy(policyNames: readonly string[]): string {
  const policies = policyNames.length === 1 ? 'the policy' : 'the policies';
  const commands = policyNames.map(
    (name) => `novacron policy disable ${quote(name)} --break-glass`,
  );
  return [
    `Change the request, or ask an admin of the tenant to change or disable ${policies}.`,
    `Where no admin can, an operator of the server runs on its machine: ${commands.join('; ')}`,
  ].join(' ');
}

/** Quotes a name for a POSIX shell where it needs to be. */
function quote(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

function toSentence(text: string): string {
  const end = /[.!?]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
}

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
