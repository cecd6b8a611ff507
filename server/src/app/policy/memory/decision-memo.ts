/**
 * Memoizes decisions for identical policies that read identical input: an apply asks again what its
 * plan asked, and VMs of a kind differ in what few policies read. The answer cache would find each
 * policy's answer by the input that it reads; the memo finds the combined decision of all policies
 * at once.
 */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { AdmissionDecision } from '@novacron/engine/policy/model/policy';
import { LRUCache } from 'lru-cache';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { isCacheable, textOf, valueAt } from './answer-keys.ts';
import type { AnsweredAskable } from './decision-cache.ts';

/** Maximum size of all decisions; the least recently used are dropped. Unit: about bytes. */
const SIZE_MAX = 32 * 1_048_576;

/** Size of a decision for each policy besides its answer. Unit: bytes. */
const POLICY_SIZE = 64;

/** Longer input is not stored. Unit: characters of JSON. */
const READ_LENGTH_MAX = 2_048;

/** Longer answers are not stored. Unit: characters of JSON, of one policy on average. */
const ANSWER_LENGTH_MAX = 512;

/** Answers of a few policies may be longer. Unit: characters of JSON. */
const ANSWERS_LENGTH_MIN = 8_192;

/** The answers of all policies, and the decision where no waiver applies. */
export interface MemoizedDecision {
  readonly answered: readonly AnsweredAskable[];
  readonly decision: AdmissionDecision;
  /** Number of answers that were already cached. */
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
  const decisions = new LRUCache<string, MemoizedDecision>({ maxSize: SIZE_MAX });
  /** null where the same text may answer otherwise. */
  const marks = new WeakMap<Askable, PolicyMark | null>();
  let lastNumber = 0;

  function markOf(policy: Askable): PolicyMark | null {
    const known = marks.get(policy);
    if (known !== undefined) return known;
    lastNumber += 1;
    const paths = policy.inputReferences.map(({ path }) => [path.join('/'), path] as const);
    const mark = isCacheable(policy) ? { number: lastNumber, paths } : null;
    marks.set(policy, mark);
    return mark;
  }

  return {
    keyOf: (policies, question) => {
      const paths = new Map<string, readonly string[]>(ALWAYS_READ);
      let numbered = '';
      for (const policy of policies) {
        const mark = markOf(policy);
        if (mark === null) return undefined;
        numbered += `${mark.number},`;
        for (const [name, path] of mark.paths) paths.set(name, path);
      }
      let read = '';
      for (const path of paths.values()) read += `${textOf(valueAt(question, path))},`;
      return read.length > READ_LENGTH_MAX ? undefined : `${numbered}${read}`;
    },
    find: (key) => decisions.get(key),
    keep: (key, { answered, decision }) => {
      if (answered.some(({ answer }) => !answer.ok)) return;
      const { length } = JSON.stringify(answered.map(({ answer }) => answer));
      if (length > Math.max(ANSWERS_LENGTH_MIN, answered.length * ANSWER_LENGTH_MAX)) return;
      const size = key.length + length + answered.length * POLICY_SIZE;
      decisions.set(key, { answered, decision, policiesCached: answered.length }, { size });
    },
  };
}

/** A policy in keys. Another version of it is another object, which has another number. */
interface PolicyMark {
  readonly number: number;
  /** Paths that it reads of the input, each with its name in a map. */
  readonly paths: readonly (readonly [string, readonly string[]])[];
}

/** Paths of the input that reasons mention, regardless of the policies. */
const ALWAYS_READ = [['action'], ['subject', 'role'], ['resource', 'type']].map(
  (path) => [path.join('/'), path] as const,
);
