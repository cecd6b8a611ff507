/** Judges the trial of a policy: whether it can answer at all, and whether it can be repaired. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { AskablePolicy, RuleAnswer, TrialQuestion } from '../model/policy.ts';
import { evaluateAnswer } from './evaluate-answer.ts';

/** A question of the trial with its answer. */
export interface TrialAnswer extends TrialQuestion {
  readonly answer: Result<RuleAnswer, Problem>;
}

/**
 * The fault of a policy: `error`, it answered none of the questions; `warning`, only some, or it
 * denies its own repair.
 */
export interface TrialFault {
  readonly severity: 'error' | 'warning';
  /** A sentence without its full stop. */
  readonly message: string;
}

/** How many questions without an answer are named. */
const NAMED_MAX = 3;

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
  ];
}

/** A value of `allow` that is not a boolean is no answer: it neither allows nor says why not. */
function failureOf(answer: Result<RuleAnswer, Problem>): string | undefined {
  if (!answer.ok) return withoutFullStop(answer.error.detail);
  const { allow } = answer.value;
  if (allow === undefined || typeof allow === 'boolean') return undefined;
  return `allow is ${JSON.stringify(allow)} instead of true or false`;
}

function describeFailures(
  failures: readonly { readonly action: string; readonly reason: string }[],
  count: number,
): TrialFault {
  const named = failures.slice(0, NAMED_MAX).map(({ action, reason }) => `${action} (${reason})`);
  const rest = failures.length - named.length;
  const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  return {
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
      severity: 'warning',
      message: `the policy denies its own change and its disabling to ${user}, role ${role}`,
    },
  ];
}

function withoutFullStop(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}
