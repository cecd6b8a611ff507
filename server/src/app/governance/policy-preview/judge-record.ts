/** Judges a draft by one recorded decision. It runs in the thread of previews: no ports. */
import {
  POLICY_INPUT_VERSION,
  type PolicyInput,
} from '@novacron/contract/admission/policy-verdict';
import type { JsonObject } from '@novacron/contract/json';
import type { PolicyDecisionRecord } from '@novacron/contract/kinds/policy/policy-decision';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { AnsweredPolicy, RuleAnswer } from '@novacron/engine/policy/model/policy';
import type { PreviewedQuestion } from '@novacron/engine/policy/model/preview';
import {
  compareDraft,
  mayConcern,
  planPolicyPreview,
} from '@novacron/engine/policy/plan-policy-preview';
import { chooseWaiver } from '@novacron/engine/policy/rules/choose-waiver';
import { findMaskedPaths, MASK } from '@novacron/engine/policy/rules/find-masked-paths';
import type {
  Askable,
  JudgedRecord,
  RecordAbout,
  RecordJudge,
} from '../../../ports/policy-runtime.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Evaluates one of the two policies. */
export type AnswerDraft = (
  which: 'before' | 'after',
  question: PolicyInput,
) => Result<RuleAnswer, Problem>;

/** The stored part of a record. */
type StoredDecision = RecordAbout &
  Pick<PolicyDecisionRecord, 'moment' | 'action'> & {
    readonly input: (PolicyInput & JsonObject) | null;
  };

/** A record that can be judged. */
interface AskedRecord {
  readonly kind: 'asked';
  readonly asked: PreviewedQuestion;
  readonly about: RecordAbout;
}

/**
 * Judges a record by the draft alone.
 * @param text - a row's `record_json`; the empty text of a damaged row is none
 */
export function judgeRecord(text: string, judge: RecordJudge, answer: AnswerDraft): JudgedRecord {
  const { draft } = judge;
  const read = readRecord(text, judge);
  if (read.kind !== 'asked') return read;
  const { asked, about } = read;
  const step = planPolicyPreview(asked, draft);
  const same = { kind: 'same', resourceKind: about.resource_kind } as const;
  if (step.kind === 'unaffected') return same;
  if (step.kind === 'unjudged') return step;
  const { question } = asked;
  const answered = (which: 'before' | 'after'): AnsweredPolicy | undefined => {
    const policy = step.draft[which];
    return policy && withWaiver(policy, answer(which, question), { judge, question });
  };
  const answers = { before: answered('before'), after: answered('after') };
  const effect = compareDraft({ question, ...answers });
  return effect === undefined ? same : { kind: 'changed', effect, about };
}

/** Reads a record as a question, if the draft may concern it. */
export function readRecord(
  text: string,
  { draft }: Pick<RecordJudge, 'draft'>,
): AskedRecord | Exclude<JudgedRecord, { readonly kind: 'changed' }> {
  // Written from a KeptDecision.
  const record = parseStored<StoredDecision>(text);
  if (record === undefined) return { kind: 'unjudged', reason: 'unreadable' };
  const { moment, action, input, operation, user_id, resource_kind, resource_id } = record;
  if (moment !== 'admission' && moment !== 'read') return { kind: 'skipped' };
  if (!mayConcern(draft, { action, kind: resource_kind })) {
    return { kind: 'same', resourceKind: resource_kind };
  }
  if (input === null) return { kind: 'unjudged', reason: 'input_not_kept' };
  // Parsing 100,000 of them by the schema would take seconds.
  if (input.version !== POLICY_INPUT_VERSION) return { kind: 'unjudged', reason: 'unreadable' };
  return {
    kind: 'asked',
    asked: {
      question: input,
      principal: input.context.client === 'platform' ? 'platform' : 'person',
      unknownFields: [],
      maskedPaths: text.includes(`"${MASK}"`) ? findMaskedPaths(input) : [],
    },
    about: { operation, user_id, resource_kind, resource_id, resource_name: record.resource_name },
  };
}

/** Adds the exception that applies to the resource, if there is one. */
export function withWaiver(
  policy: Askable,
  answer: AnsweredPolicy['answer'],
  {
    judge: { draft, policyId, waivers, nowMs },
    question,
  }: { readonly judge: RecordJudge; readonly question: PolicyInput },
): AnsweredPolicy {
  const { type, name } = question.resource;
  const waiver = chooseWaiver(waivers, {
    policyId: policy === draft.after ? (policyId ?? '') : policy.id,
    resourceKind: String(type),
    resourceName: String(name),
    nowMs,
  });
  if (waiver === undefined) return { policy, answer };
  const { id, owner, expiresAtMs } = waiver;
  return { policy, answer, waiver: { id, owner, expires_at: toTimestamp(expiresAtMs) } };
}
