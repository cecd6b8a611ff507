/**
 * Caches the answers of policies. The key is what the text of the policy reads: a question differs
 * from every other by its time and its request, but a policy that reads neither gives the same
 * answer. Source of the idea: the partial inputs of build caches, where a result depends on what
 * was read.
 */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { createAnswerKeys } from './answer-keys.ts';

/** Maximum number of answers; the least recently used ones are dropped. */
const ANSWERS_MAX = 50_000;

/** A longer answer is not cached. Unit: characters of JSON. */
const ANSWER_LENGTH_MAX = 4_096;

type Answer = Result<RuleAnswer, Problem>;

/** The answer of a policy, and whether it was evaluated for it. */
export interface AnsweredAskable {
  readonly policy: Askable;
  readonly answer: Answer;
  readonly from: 'cache' | 'policy';
  readonly setAside?: true;
}

/** A cache of answers. */
export interface DecisionCache {
  /**
   * @returns synchronously what is cached: most answers are, and awaiting costs more than a lookup
   */
  readonly answer: (
    policy: Askable,
    question: PolicyInput,
    ask: () => Promise<Answer>,
  ) => AnsweredAskable | Promise<AnsweredAskable>;
  /** Counts answers that came with a decision from the memo. */
  readonly countHits: (answers: number) => void;
}

/** Makes an empty cache; it needs no invalidation: another version has another key. */
export function createDecisionCache(telemetry: Telemetry): DecisionCache {
  /** Concurrent equal questions share one evaluation. */
  const answers = createLruCache<Answer | Promise<Answer>>(ANSWERS_MAX);
  const keys = createAnswerKeys();
  let hits = 0;
  let asked = 0;

  function count(outcome: 'hit' | 'miss' | 'uncacheable', by = 1): void {
    telemetry.count('novacron_policy_cache_total', { outcome }, by);
    asked += by;
    if (outcome === 'hit') hits += by;
    telemetry.set('novacron_policy_cache_hit_ratio', [{ labels: {}, value: hits / asked }]);
  }

  async function askAndKeep(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const promised = ask();
    answers.set(key, promised);
    const answer = await promised;
    if (isWorthKeeping(answer)) answers.set(key, answer);
    else answers.delete(key);
    return answer;
  }

  return {
    countHits: (by) => count('hit', by),
    answer: (policy, question, ask) => {
      const key = keys.keyOf(policy, question);
      if (key === undefined) {
        count('uncacheable');
        return ask().then((answer) => ({ policy, answer, from: 'policy' }));
      }
      const known = answers.get(key);
      if (known === undefined) {
        count('miss');
        return askAndKeep(key, ask).then((answer) => ({ policy, answer, from: 'policy' }));
      }
      count('hit');
      if (!(known instanceof Promise)) return { policy, answer: known, from: 'cache' };
      return known.then((answer) => ({ policy, answer, from: 'cache' }));
    },
  };
}

/** A failure may be temporary. */
function isWorthKeeping(answer: Answer): boolean {
  return answer.ok && JSON.stringify(answer.value).length <= ANSWER_LENGTH_MAX;
}
