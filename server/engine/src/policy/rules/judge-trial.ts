/** Judges the trial of a policy: whether it can answer at all, and whether it can be repaired. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { AskablePolicy, RuleAnswer, TrialQuestion } from '../model/policy.ts';
import { evaluateAnswer, findDialect } from './evaluate-answer.ts';

/** A question of the trial with its answer. */
export interface TrialAnswer extends TrialQuestion {
  readonly answer: Result<RuleAnswer, Problem>;
}

/**
 * The fault of a policy: `error`, it answered none of the questions, has no rule that answers, or
 * can allow nothing; `warning`, it answered only some, denies its own repair, or denies a high cost
 * and allows one that is not known.
 */
export interface TrialFault {
  readonly kind:
    | 'allows-nothing'
    | 'no-answer'
    | 'no-rule'
    | 'some-answers'
    | 'denies-repair'
    | 'allows-unknown-cost';
  readonly severity: 'error' | 'warning';
  /** A sentence without its full stop. */
  readonly message: string;
}

/** Maximum number of unanswered requests that are named. */
const NAMED_MAX = 3;

/** Policy attributes that {@link judgeRules} reads. */
export interface JudgedRules {
  readonly type: string;
  readonly packageName: string;
  readonly answers: readonly string[];
  /** Whether its `allow` can be true; undefined where it may be. */
  readonly allows?: 'never' | 'switched-off' | undefined;
}

/** Finds what a policy is refused for before it is asked anything. */
export function judgeRules(rules: JudgedRules): TrialFault | undefined {
  return findNoRule(rules) ?? findNoAllow(rules);
}

/** Finds a policy that has no rule which answers; it is refused even while it is disabled. */
export function findNoRule({
  packageName,
  answers,
}: Pick<JudgedRules, 'packageName' | 'answers'>): TrialFault | undefined {
  if (answers.length > 0) return undefined;
  const message = `The rule does not define allow, deny, warn or violation in data.${packageName}`;
  return { kind: 'no-rule', severity: 'error', message };
}

function findNoAllow({ type, packageName, allows }: JudgedRules): TrialFault | undefined {
  if (type !== 'access' || allows !== 'never') return undefined;
  const message =
    `A policy of type access must allow what is to go on, and data.${packageName}.allow can ` +
    'never be true: every write would be refused, the change of this policy among them';
  return { kind: 'allows-nothing', severity: 'error', message };
}

/** Finds the faults of a policy in the answers of its trial. */
export function judgeTrial(
  policy: AskablePolicy,
  answers: readonly TrialAnswer[],
): readonly TrialFault[] {
  const failures = answers.flatMap(({ question, answer }) => {
    const reason = failureOf(answer);
    return reason === undefined ? [] : [{ action: question.action, reason }];
  });
  const [first] = failures;
  if (first !== undefined && failures.length === answers.length) {
    return [
      {
        kind: 'no-answer',
        severity: 'error',
        message: `the policy answered none of ${answers.length} trial questions: ${first.reason}`,
      },
    ];
  }
  return [
    ...(first === undefined ? [] : [describeFailures(failures, answers.length)]),
    ...answers.flatMap(({ about, question, answer }) =>
      about === 'itself' ? describeDenial(policy, question, answer) : [],
    ),
    ...describeOpenCosts(policy, answers),
  ];
}

function failureOf(answer: Result<RuleAnswer, Problem>): string | undefined {
  if (!answer.ok) return withoutFullStop(answer.error.detail);
  return findDialect(answer.value.allow);
}

function describeFailures(
  failures: readonly { readonly action: string; readonly reason: string }[],
  count: number,
): TrialFault {
  const named = failures.slice(0, NAMED_MAX).map(({ action, reason }) => `${action} (${reason})`);
  const rest = failures.length - named.length;
  const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  return {
    kind: 'some-answers',
    severity: 'warning',
    message: `the policy did not answer ${failures.length} of ${count} trial questions: ${list}`,
  };
}

/** A denial of its own repair is meant or not; only break-glass ends it. */
function describeDenial(
  policy: AskablePolicy,
  question: PolicyInput,
  answer: TrialAnswer['answer'],
): readonly TrialFault[] {
  if (policy.mode !== 'block' || failureOf(answer) !== undefined) return [];
  const { verdict } = evaluateAnswer({ policy, answer }, question);
  if (verdict.outcome !== 'deny') return [];
  const { user_id: user, role } = question.subject;
  return [
    {
      kind: 'denies-repair',
      severity: 'warning',
      message: `the policy denies its own change and its disabling to ${user}, role ${role}`,
    },
  ];
}

/** Null is less than every number: a comparison alone allows what is not known. */
function describeOpenCosts(
  policy: AskablePolicy,
  answers: readonly TrialAnswer[],
): readonly TrialFault[] {
  const isDenied = ({ question, answer }: TrialAnswer): boolean =>
    evaluateAnswer({ policy, answer }, question).verdict.outcome === 'deny';
  const open = answers.filter(({ about, question }, at) => {
    const high = answers[at];
    if (about !== 'high-cost' || high === undefined || !isDenied(high)) return false;
    const same = answers.find(
      (each) => each.about === 'kind' && each.question.operation === question.operation,
    );
    return same !== undefined && !isDenied(same);
  });
  const [first] = open;
  if (first === undefined || policy.mode !== 'block') return [];
  return [
    {
      kind: 'allows-unknown-cost',
      severity: 'warning',
      message:
        `the policy denies ${first.question.action} with a high cost and allows it where the ` +
        'cost is not known: null is less than every number; deny it unless is_number(' +
        'input.context.cost.per_hour_after)',
    },
  ];
}

function withoutFullStop(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}
