/** Judges a draft by questions: evaluates it beside the policy that it replaces, and compares. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type {
  PolicyPreviewChange,
  UnjudgedReason,
} from '@novacron/contract/kinds/policy/policy-preview';
import type { ProblemCode } from '@novacron/contract/problem/problem';
import type { AnsweredPolicy } from '@novacron/engine/policy/model/policy';
import type { DraftEffect, PreviewedQuestion } from '@novacron/engine/policy/model/preview';
import { planAdmission } from '@novacron/engine/policy/plan-admission';
import { compareDraft, planPolicyPreview } from '@novacron/engine/policy/plan-policy-preview';
import { selectPolicies } from '@novacron/engine/policy/rules/select-policies';
import type { Askable, EvaluationTerms, RecordJudge } from '../../../ports/policy-runtime.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { withWaiver } from './judge-record.ts';

/** Identity of a subject. */
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

/** Subject to judge: a resource, a plan or a decision. */
export interface PreviewSubject {
  readonly asked: PreviewedQuestion;
  /** Further questions about the same, asked while the draft changes nothing about those before. */
  readonly otherwise?: readonly PreviewedQuestion[];
  /** Subject as named in the report of a changed verdict. */
  readonly about: SubjectAbout;
}

/** Dependencies of judging subjects. */
export interface JudgeParts {
  readonly deps: CapabilityDeps;
  readonly tenantId: string;
  readonly judge: RecordJudge;
  readonly others: readonly Askable[];
}

/** The verdict about a subject; undefined where the draft changes nothing. */
type Judgement = DraftEffect | UnjudgedReason | undefined;

/** Result of judging. */
export interface JudgedPage {
  readonly changes: readonly PolicyPreviewChange[];
  /** The kind of each that was judged. */
  readonly kinds: readonly string[];
  /** The reason of each that was not. */
  readonly unjudged: readonly UnjudgedReason[];
}

/** Judges subjects together: the evaluations of all are handed over to the thread in batches. */
export async function judgeSubjects(
  parts: JudgeParts,
  subjects: readonly PreviewSubject[],
): Promise<JudgedPage> {
  const judged = await Promise.all(subjects.map((subject) => judgeInTurn(parts, subject)));
  const changes: PolicyPreviewChange[] = [];
  const kinds: string[] = [];
  const unjudged: UnjudgedReason[] = [];
  for (const [at, { about }] of subjects.entries()) {
    const { judgement, operation = about.operation } = judged[at] ?? {};
    if (typeof judgement === 'string') {
      unjudged.push(judgement);
      continue;
    }
    kinds.push(about.resource_kind);
    if (judgement === undefined) continue;
    changes.push({
      ...about,
      operation,
      effect: judgement.effect,
      messages: [...judgement.messages],
    });
  }
  return { changes, kinds, unjudged };
}

async function judgeInTurn(parts: JudgeParts, { asked, otherwise = [] }: PreviewSubject) {
  const judgement = await judge(parts, asked);
  if (judgement !== undefined) return { judgement };
  for (const each of otherwise) {
    const later = await judge(parts, each);
    if (later !== undefined) return { judgement: later, operation: each.question.operation };
  }
  return {};
}

async function judge(parts: JudgeParts, asked: PreviewedQuestion): Promise<Judgement> {
  const step = planPolicyPreview(asked, parts.judge.draft);
  if (step.kind === 'unaffected') return undefined;
  if (step.kind === 'unjudged') return step.reason;
  const { question } = asked;
  const { before, after } = step.draft;
  const answers = await Promise.all([
    answer(parts, before, question),
    answer(parts, after, question),
  ]);
  if (answers.some(isTemporary)) return 'no_answer';
  const effect = compareDraft({ question, before: answers[0], after: answers[1] });
  return effect === undefined ? undefined : beside(parts, asked, effect);
}

/**
 * A change of the draft's own verdict is one of all policies unless another one refuses.
 * @returns undefined where another one does
 */
export async function beside(
  parts: JudgeParts,
  asked: PreviewedQuestion,
  effect: DraftEffect,
): Promise<DraftEffect | 'no_answer' | undefined> {
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
  return answered.some(isTemporary) ? 'no_answer' : effect;
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

/** Returns the budget that a preview is charged to: it is not refused in the middle of a page. */
export function budgetOf({ deps, tenantId }: Pick<JudgeParts, 'deps' | 'tenantId'>) {
  const { charge } = deps.decisions.previewBudgets.of(tenantId);
  const budget: EvaluationTerms['budget'] = { refuse: () => undefined, charge };
  return { tenantId, budget };
}

async function answer(
  parts: JudgeParts,
  policy: Askable | undefined,
  question: PolicyInput,
): Promise<AnsweredPolicy | undefined> {
  if (policy === undefined) return undefined;
  const { deps, judge } = parts;
  const { documents } = policy;
  const terms = { ...budgetOf(parts), documents, lane: 'background' } as const;
  const answered = await deps.decisions.previews.answers.answer(policy, question, () =>
    deps.policies.evaluate(policy.ruleText, question, terms),
  );
  return withWaiver(policy, answered.answer, { judge, question });
}
