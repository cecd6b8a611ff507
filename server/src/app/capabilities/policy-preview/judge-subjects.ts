/** Judges a draft by questions: evaluates it beside the policy that it replaces, and compares. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type {
  PolicyPreviewChange,
  UnjudgedReason,
} from '@novacron/contract/kinds/policy/policy-preview';
import type { ProblemCode } from '@novacron/contract/problem/problem';
import type { AnsweredPolicy } from '@novacron/engine/policy/model/policy';
import type {
  DraftEffect,
  PolicyDraft,
  PreviewedQuestion,
} from '@novacron/engine/policy/model/preview';
import { planAdmission } from '@novacron/engine/policy/plan-admission';
import { compareDraft, planPolicyPreview } from '@novacron/engine/policy/plan-policy-preview';
import { chooseWaiver, type WaiverInQuestion } from '@novacron/engine/policy/rules/choose-waiver';
import { selectPolicies } from '@novacron/engine/policy/rules/select-policies';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';

/** What a subject is. */
export type SubjectAbout = Pick<
  PolicyPreviewChange,
  | 'source'
  | 'operation'
  | 'resource_kind'
  | 'resource_id'
  | 'resource_name'
  | 'user_id'
  | 'count'
  | 'last_at'
>;

/** What is judged of a resource, a plan or a decision. */
export interface PreviewSubject {
  readonly asked: PreviewedQuestion;
  /** How a change of its verdict is reported. */
  readonly about: SubjectAbout;
}

/** What subjects are judged with. */
export interface JudgeParts {
  readonly deps: CapabilityDeps;
  readonly tenantId: string;
  readonly draft: PolicyDraft<Askable>;
  /** Id of the policy that the draft replaces: its waivers apply to the draft as well. */
  readonly policyId: string | null;
  readonly others: readonly Askable[];
  readonly waivers: readonly WaiverInQuestion[];
}

/** The verdict about a subject; undefined where the draft changes nothing. */
type Judgement = DraftEffect | { readonly unjudged: UnjudgedReason } | undefined;

/** What came of judging. */
export interface JudgedSubjects {
  readonly changes: readonly PolicyPreviewChange[];
  /** The reasons of subjects that were not judged, by their places in the list. */
  readonly unjudgedAt: ReadonlyMap<number, UnjudgedReason>;
}

/** Judges subjects together: the evaluations of all are handed over to the thread in batches. */
export async function judgeSubjects(
  parts: JudgeParts,
  subjects: readonly PreviewSubject[],
): Promise<JudgedSubjects> {
  const judged = await Promise.all(subjects.map(({ asked }) => judge(parts, asked)));
  const changes: PolicyPreviewChange[] = [];
  const unjudgedAt = new Map<number, UnjudgedReason>();
  for (const [at, { about }] of subjects.entries()) {
    const judgement = judged[at];
    if (judgement === undefined) continue;
    if ('unjudged' in judgement) unjudgedAt.set(at, judgement.unjudged);
    else changes.push({ ...about, effect: judgement.effect, messages: [...judgement.messages] });
  }
  return { changes, unjudgedAt };
}

async function judge(parts: JudgeParts, asked: PreviewedQuestion): Promise<Judgement> {
  const step = planPolicyPreview(asked, parts.draft);
  if (step.kind === 'unaffected') return undefined;
  if (step.kind === 'unjudged') return { unjudged: step.reason };
  const { question } = asked;
  const { before, after } = step.draft;
  const answers = await Promise.all([
    answer(parts, before, question),
    answer(parts, after, question),
  ]);
  if (answers.some(isTemporary)) return { unjudged: 'no_answer' };
  const effect = compareDraft({ question, before: answers[0], after: answers[1] });
  return effect === undefined ? undefined : beside(parts, asked, effect);
}

/** A change of the draft's own verdict is one of all policies unless another one refuses. */
async function beside(
  parts: JudgeParts,
  asked: PreviewedQuestion,
  effect: DraftEffect,
): Promise<Judgement> {
  const { question } = asked;
  const { ask } = selectPolicies({ ...asked, policies: parts.others });
  const found = await Promise.all(ask.map((policy) => answer(parts, policy, question)));
  const answered = found.flatMap((each) => each ?? []);
  const { allowed } = planAdmission({
    question,
    answered: answered.filter((each) => !isTemporary(each)),
    deferred: [],
  });
  if (!allowed) return undefined;
  return answered.some(isTemporary) ? { unjudged: 'no_answer' } : effect;
}

/** Failures that say nothing about a later evaluation of the same. */
const TEMPORARY: ReadonlySet<ProblemCode> = new Set([
  'deadline-exceeded',
  'rate-limited',
  'unavailable',
]);

function isTemporary(answered: AnsweredPolicy | undefined): boolean {
  return answered !== undefined && !answered.answer.ok && TEMPORARY.has(answered.answer.error.code);
}

async function answer(
  { deps, tenantId, draft, policyId, waivers }: JudgeParts,
  policy: Askable | undefined,
  question: PolicyInput,
): Promise<AnsweredPolicy | undefined> {
  if (policy === undefined) return undefined;
  const { languageLevel, documents } = policy;
  const { previews, previewBudgets } = deps.decisions;
  const { charge } = previewBudgets.of(tenantId);
  const terms = {
    tenantId,
    languageLevel,
    documents,
    lane: 'background',
    budget: { refuse: () => undefined, charge },
  } as const;
  const answered = await previews.answers.answer(policy, question, () =>
    deps.policies.evaluate(policy.ruleText, question, terms),
  );
  const { type, name } = question.resource;
  const waiver = chooseWaiver(waivers, {
    policyId: policy === draft.after ? (policyId ?? '') : policy.id,
    resourceKind: String(type),
    resourceName: String(name),
    nowMs: deps.clock.nowMs(),
  });
  if (waiver === undefined) return { policy, answer: answered.answer };
  const { id, owner, expiresAtMs } = waiver;
  const shown = { id, owner, expires_at: toTimestamp(expiresAtMs) };
  return { policy, answer: answered.answer, waiver: shown };
}
