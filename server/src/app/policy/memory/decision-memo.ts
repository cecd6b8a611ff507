/**
 * Memoizes decisions for identical input and identical policies: an apply asks again what its plan
 * asked. The answer cache would find each policy's answer by the input that it reads; the memo
 * finds the combined decision of all policies at once.
 */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { AdmissionDecision } from '@novacron/engine/policy/model/policy';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { type AnsweredAskable, isCacheable } from './decision-cache.ts';

/** Maximum number of decisions: enough for plans in progress. */
const DECISIONS_MAX = 10_000;

/** A longer question is not stored. Unit: characters of JSON. */
const QUESTION_LENGTH_MAX = 2_048;

/** Longer answers are not stored. Unit: characters of JSON, of all policies together. */
const ANSWERS_LENGTH_MAX = 8_192;

/** The answers of all policies, and the decision where no waiver applies. */
export interface MemoizedDecision {
  readonly answered: readonly AnsweredAskable[];
  readonly decision: AdmissionDecision;
  /** How many of the answers were cached before. */
  readonly policiesCached: number;
}

/** A memo of decisions. */
export interface DecisionMemo {
  /** @returns the key of the decision; undefined where it may differ the next time */
  readonly keyOf: (policies: readonly Askable[], question: PolicyInput) => string | undefined;
  readonly find: (key: string) => MemoizedDecision | undefined;
  /** Stores the decision unless a policy failed, which may be temporary. */
  readonly keep: (key: string, known: Omit<MemoizedDecision, 'policiesCached'>) => void;
}

/** Makes an empty one; a policy that was changed is another object, which has another number. */
export function createDecisionMemo(): DecisionMemo {
  const decisions = createLruCache<MemoizedDecision>(DECISIONS_MAX);
  /** null where the same text may answer otherwise. */
  const numbers = new WeakMap<Askable, number | null>();
  let lastNumber = 0;

  function numberOf(policy: Askable): number | null {
    const known = numbers.get(policy);
    if (known !== undefined) return known;
    lastNumber += 1;
    const number = isCacheable(policy) ? lastNumber : null;
    numbers.set(policy, number);
    return number;
  }

  return {
    keyOf: (policies, question) => {
      let numbered = '';
      for (const policy of policies) {
        const number = numberOf(policy);
        if (number === null) return undefined;
        numbered += `${number},`;
      }
      const { time: _time, request_id: _request, ...context } = question.context;
      const text = JSON.stringify({ ...question, context });
      return text.length > QUESTION_LENGTH_MAX ? undefined : `${numbered}${text}`;
    },
    find: (key) => decisions.get(key),
    keep: (key, { answered, decision }) => {
      if (answered.some(({ answer }) => !answer.ok)) return;
      if (JSON.stringify(answered.map(({ answer }) => answer)).length > ANSWERS_LENGTH_MAX) return;
      decisions.set(key, { answered, decision, policiesCached: answered.length });
    },
  };
}
