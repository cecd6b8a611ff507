/** Plans what is evaluated to preview a draft of a policy, and compares the answers. */
import type { AskablePolicy } from './model/policy.ts';
import type {
  AnsweredDraft,
  DraftEffect,
  PolicyDraft,
  PreviewedQuestion,
  PreviewStep,
} from './model/preview.ts';
import { isRefusal } from './plan-admission.ts';
import { evaluateAnswer } from './rules/evaluate-answer.ts';
import { areOnOneLine, selectPolicies } from './rules/select-policies.ts';

/**
 * Plans what is evaluated for one question: of the two policies those that apply to it. Where
 * neither does, nothing changes. An answer that depends on a value that is not known, or that was
 * masked when the question was recorded, is not guessed.
 */
export function planPolicyPreview<P extends AskablePolicy>(
  asked: PreviewedQuestion,
  draft: PolicyDraft<P>,
): PreviewStep<P> {
  const both = [draft.before, draft.after].flatMap((policy) => policy ?? []);
  const { ask, deferred } = selectPolicies({ ...asked, policies: both });
  if (deferred.length > 0) return { kind: 'unjudged', reason: 'unknown_values' };
  if (ask.length === 0) return { kind: 'unaffected' };
  if (ask.some((policy) => readsMasked(policy, asked))) {
    return { kind: 'unjudged', reason: 'masked_values' };
  }
  const selected = (policy: P | undefined): P | undefined =>
    policy !== undefined && ask.includes(policy) ? policy : undefined;
  return {
    kind: 'ask',
    draft: { before: selected(draft.before), after: selected(draft.after) },
  };
}

/**
 * Whether a policy of the draft may be about a write of which only action and kind are known. Its
 * labels may be those of a selector.
 */
export function mayConcern(
  { before, after }: PolicyDraft<AskablePolicy>,
  { action, kind }: { readonly action: string; readonly kind: string },
): boolean {
  return [before, after].some((policy) => {
    if (policy === undefined || policy.selector?.kinds?.includes(kind) === false) return false;
    return policy.actions?.includes(action) ?? action !== 'read';
  });
}

function readsMasked(
  { inputReferences }: AskablePolicy,
  { maskedPaths }: Pick<PreviewedQuestion, 'maskedPaths'>,
): boolean {
  return maskedPaths.some((masked) =>
    inputReferences.some(({ path }) => areOnOneLine(path, masked)),
  );
}

/**
 * Compares the answers of both policies.
 * @returns undefined where the draft leaves the verdict as it is. Otherwise its effect, if no other
 *   policy refuses the write: policies are combined so that one refusal suffices
 */
export function compareDraft({ question, before, after }: AnsweredDraft): DraftEffect | undefined {
  const was = before === undefined ? undefined : evaluateAnswer(before, question);
  const will = after === undefined ? undefined : evaluateAnswer(after, question);
  const refused = was !== undefined && isRefusal(was.verdict);
  const refuses = will !== undefined && isRefusal(will.verdict);
  if (refuses && !refused) {
    return { effect: 'newly_refused', messages: will.verdict.reasons };
  }
  if (refused && !refuses) {
    return { effect: 'newly_allowed', messages: was.verdict.reasons };
  }
  if (refused || will === undefined) return undefined;
  const known = was === undefined ? [] : warningsOf(was);
  const messages = warningsOf(will).filter((text) => !known.includes(text));
  return messages.length === 0 ? undefined : { effect: 'newly_warned', messages };
}

/** Returns the warnings that a caller would see although the write is allowed. */
function warningsOf({ verdict }: ReturnType<typeof evaluateAnswer>): readonly string[] {
  const { mode, outcome, reasons, warnings } = verdict;
  if (mode === 'audit') return [];
  const isNegative = outcome === 'deny' || outcome === 'error';
  return isNegative ? [...reasons, ...warnings] : warnings;
}
