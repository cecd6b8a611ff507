/**
 * Caches the answers of policies. The key is what the text of the policy reads: a question differs
 * from every other by its time and its request, but a policy that reads neither gives the same
 * answer. Source of the idea: the partial inputs of build caches, where a result depends on what
 * was read.
 */
import { hash } from 'node:crypto';
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { InputReference, RuleAnswer } from '@novacron/engine/policy/model/policy';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';

/** Maximum number of answers; the least recently used ones are dropped. */
const ANSWERS_MAX = 50_000;

/** A longer answer is not cached. Unit: characters of JSON. */
const ANSWER_LENGTH_MAX = 4_096;

/** Input that differs in every question: policies that read it are not cached. */
const NEVER_SAME: readonly string[] = ['time', 'request_id'];

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
  const plans = new WeakMap<Askable, ReadPlan>();
  let hits = 0;
  let asked = 0;

  function count(outcome: 'hit' | 'miss' | 'uncacheable', by = 1): void {
    telemetry.count('novacron_policy_cache_total', { outcome }, by);
    asked += by;
    if (outcome === 'hit') hits += by;
    telemetry.set('novacron_policy_cache_hit_ratio', [{ labels: {}, value: hits / asked }]);
  }

  function planOf(policy: Askable): ReadPlan {
    const known = plans.get(policy);
    if (known !== undefined) return known;
    const { id, version, languageLevel, inputReferences, documents } = policy;
    const paths = inputReferences.map(({ path }) => path);
    const made = {
      prefix: `${id}/${version}/${languageLevel}/${documents?.key ?? ''}/`,
      paths,
      isCacheable: isCacheable(policy),
    };
    plans.set(policy, made);
    return made;
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
      const plan = planOf(policy);
      if (!plan.isCacheable) {
        count('uncacheable');
        return ask().then((answer) => ({ policy, answer, from: 'policy' }));
      }
      const key = keyOf(plan, question);
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

/** Whether a policy gives the same answer for the same input. */
export function isCacheable({ volatileBuiltins, inputReferences }: Askable): boolean {
  if (volatileBuiltins === undefined || volatileBuiltins.length > 0) return false;
  return !inputReferences.some(readsTheMoment);
}

function readsTheMoment({ path: [root, member] }: InputReference): boolean {
  if (root === undefined) return true;
  return root === 'context' && (member === undefined || NEVER_SAME.includes(member));
}

/** A failure may be temporary. */
function isWorthKeeping(answer: Answer): boolean {
  return answer.ok && JSON.stringify(answer.value).length <= ANSWER_LENGTH_MAX;
}

/** A longer key is replaced by its hash. Unit: characters. */
const READ_LENGTH_MAX = 200;

/** The input paths that a policy reads, computed once. */
interface ReadPlan {
  readonly isCacheable: boolean;
  /** Policy, version, language level and documents, the beginning of keys. */
  readonly prefix: string;
  readonly paths: readonly (readonly string[])[];
}

/** Policy, version and the input that the policy reads, or its hash. */
function keyOf({ prefix, paths }: ReadPlan, question: PolicyInput): string {
  let read = '';
  for (const path of paths) read += `${textOf(valueAt(question, path))},`;
  const isShort = read.length <= READ_LENGTH_MAX;
  const input = isShort ? read : hash('sha256', read, 'base64');
  return `${prefix}${input}`;
}

/** A value in a key. Another order of its members only costs another evaluation. */
export function textOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

/** The value at a path; undefined where there is none. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    // A step into a list is written as its index.
    value = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  }
  return value;
}
