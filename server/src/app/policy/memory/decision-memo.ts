/**
 * Decisions about the very same question by the very same policies: plans ask what the apply asks
 * again. The cache of answers would find each policy's answer by what that policy reads; here all
 * of them, judged, are found at once.
 */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { AdmissionDecision } from '@novacron/engine/policy/model/policy';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { type AnsweredAskable, isCacheable } from './decision-cache.ts';

/** Decisions kept at most: what people are at work on, not what there is. */
const DECISIONS_MAX = 10_000;

/** A longer question is not kept. Unit: characters of JSON. */
const QUESTION_LENGTH_MAX = 2_048;

/** Longer answers are not kept. Unit: characters of JSON, of all policies together. */
const ANSWERS_LENGTH_MAX = 8_192;

/** What all policies answered, and what follows from it where no exception holds. */
export interface KnownDecision {
  readonly answered: readonly AnsweredAskable[];
  readonly decision: AdmissionDecision;
  /** How many of the policies had answered the same before. */
  readonly policiesCached: number;
}

/** Remembers decisions. */
export interface KnownDecisions {
  /** @returns where the decision about it is kept; undefined where it may be another next time */
  readonly keyOf: (policies: readonly Askable[], question: PolicyInput) => string | undefined;
  readonly find: (key: string) => KnownDecision | undefined;
  /** Keeps it unless a policy failed, which may be over the next time. */
  readonly keep: (key: string, known: Omit<KnownDecision, 'policiesCached'>) => void;
}

/** Makes an empty one; a policy that was changed is another object, which has another number. */
export function createKnownDecisions(): KnownDecisions {
  const decisions = createLruCache<KnownDecision>(DECISIONS_MAX);
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
