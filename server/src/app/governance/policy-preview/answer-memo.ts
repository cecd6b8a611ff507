/** Answers that the thread of previews remembers: of many decisions a policy reads the same. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { createAnswerKeys } from '../../policy/memory/answer-keys.ts';

/** Answers that are remembered: the heap of the thread is limited. */
const ANSWERS_MAX = 10_000;

type Answer = Result<RuleAnswer, Problem>;

/** A memory of answers without waiting: each is evaluated where it is asked for. */
export interface AnswerMemo {
  readonly answer: (
    policy: Askable | undefined,
    question: PolicyInput,
    ask: () => Answer,
  ) => Answer;
}

/** Makes an empty one. */
export function createAnswerMemo(): AnswerMemo {
  const answers = createLruCache<Answer>(ANSWERS_MAX);
  const keys = createAnswerKeys();
  return {
    answer: (policy, question, ask) => {
      const key = policy === undefined ? undefined : keys.keyOf(policy, question);
      if (key === undefined) return ask();
      const answer = answers.get(key) ?? ask();
      if (answer.ok) answers.set(key, answer);
      return answer;
    },
  };
}
