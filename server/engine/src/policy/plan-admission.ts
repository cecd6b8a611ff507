/** Decides whether a request is admitted, from the answers of policies. See README.md. */
import type { AdmissionWarning } from '@novacron/contract/admission/admission';
import type { PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import { assert } from '@novacron/contract/result';
import type { AdmissionDecision, AdmissionInput } from './model/policy.ts';
import { inOrderOfPolicies } from './rules/compare-policies.ts';
import { type EvaluatedPolicy, evaluateAnswer, evaluateDeferral } from './rules/evaluate-answer.ts';
import { makeWarnings } from './rules/make-warnings.ts';

/**
 * Combines all answers: a denial by any policy in block mode rejects the request, and every reason
 * is listed.
 * @returns a decision whose `reasons` are those of block mode, whose `warnings` are those of
 *   policies and the denials of policies in warn mode, and whose `policies` hold every verdict, the
 *   higher priority first and then in order of name; audit mode shows there only
 * @remarks A deferred verdict rejects nothing yet; the caller reports what it waits for.
 */
export function planAdmission(input: AdmissionInput): AdmissionDecision {
  const judged = inOrderOfPolicies(input.answered, policyOf).map((answered) =>
    evaluateAnswer(answered, input.question),
  );
  const deferred = input.deferred.map(evaluateDeferral);
  const policies = inOrderOfPolicies([...judged, ...deferred], policyOf).map(
    ({ verdict }) => verdict,
  );
  const refusals = policies.filter(isRefusal);
  const decision: AdmissionDecision = {
    allowed: refusals.length === 0,
    reasons: refusals.flatMap(({ reasons }) => reasons),
    policies,
    warnings: judged.flatMap(toWarnings),
    fields: judged.flatMap(({ verdict, fields }) => (isRefusal(verdict) ? fields : [])),
  };
  assert(decision.allowed === (decision.reasons.length === 0), 'a refusal has a reason');
  return decision;
}

function policyOf<P>({ policy }: { readonly policy: P }): P {
  return policy;
}

/** Whether a verdict rejects the request: a denial, or no answer, in block mode. */
export function isRefusal({ mode, outcome, waiver, set_aside }: PolicyVerdict): boolean {
  return mode === 'block' && isNegative(outcome) && waiver === undefined && set_aside !== true;
}

function isNegative(outcome: PolicyVerdict['outcome']): boolean {
  return outcome === 'deny' || outcome === 'error';
}

function toWarnings({ verdict, fields, warnings }: EvaluatedPolicy): readonly AdmissionWarning[] {
  if (verdict.mode === 'audit') return [];
  return [...warnDenial(verdict, fields), ...warnings];
}

/** Denials in warn mode, and those in block mode that an exception lets pass. */
function warnDenial(
  verdict: PolicyVerdict,
  fields: EvaluatedPolicy['fields'],
): readonly AdmissionWarning[] {
  const { mode, outcome, waiver, reasons, set_aside } = verdict;
  if (set_aside === true) {
    const reported = reasons.map((text) => `decided without this policy's verdict: ${text}`);
    return makeWarnings(verdict, reported, []);
  }
  if (waiver === undefined) {
    return mode === 'warn' && isNegative(outcome) ? makeWarnings(verdict, reasons, fields) : [];
  }
  if (mode !== 'block') return [];
  const waived = (text: string) => `waived by ${waiver.owner} until ${waiver.expires_at}: ${text}`;
  const moved = fields.map(({ path, message }) => ({ path, message: waived(message) }));
  return makeWarnings(verdict, reasons.map(waived), moved);
}
