/** Types of previews: a draft, and what it is judged against. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { PreviewEffect } from '@novacron/contract/kinds/policy/policy-preview';
import type { AnsweredPolicy, AskablePolicy, QuestionInput } from './policy.ts';

/** A policy as it decides now, and as it would decide. */
export interface PolicyDraft<P extends AskablePolicy> {
  /** Undefined for a new policy, and for one that decides nothing now. */
  readonly before: P | undefined;
  /** Undefined where the draft disables the policy. */
  readonly after: P | undefined;
}

/** A question of the past, of a plan or about a resource. */
export interface PreviewedQuestion
  extends Pick<QuestionInput<AskablePolicy>, 'principal' | 'unknownFields'> {
  readonly question: PolicyInput;
  /** Paths below `input` whose values were replaced by a mask. */
  readonly maskedPaths: readonly (readonly string[])[];
}

/** Evaluation that a request needs. */
export type PreviewStep<P extends AskablePolicy> =
  /** Neither policy is about it: the verdict stays as it is. */
  | { readonly kind: 'unaffected' }
  | { readonly kind: 'unjudged'; readonly reason: 'masked_values' | 'unknown_values' }
  | { readonly kind: 'ask'; readonly draft: PolicyDraft<P> };

/** The answers of both. */
export interface AnsweredDraft {
  readonly question: PolicyInput;
  readonly before: AnsweredPolicy | undefined;
  readonly after: AnsweredPolicy | undefined;
}

/** Effect of the draft on a request, considered on its own. */
export interface DraftEffect {
  readonly effect: PreviewEffect;
  /** At least one. */
  readonly messages: readonly string[];
}
