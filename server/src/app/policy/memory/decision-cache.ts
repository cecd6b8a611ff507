/**
 * Answers of policies that were asked the same before. What is the same is said by what the text of
 * the policy reads: a question differs from every other by its time and its request, a policy that
 * looks at neither gets the same answer all the same.
 * Source of the idea: the partial inputs of build caches, where a result depends on what was read.
 */
import { hash } from 'node:crypto';
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { InputReference, RuleAnswer } from '@novacron/engine/policy/model/policy';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';

/** Answers kept at most; those that were not needed for longest are forgotten. */
const ANSWERS_MAX = 50_000;

/** A longer answer is not kept. Unit: characters of JSON. */
const ANSWER_LENGTH_MAX = 4_096;

/** What is another in every question: who reads it is asked each time. */
const NEVER_SAME: readonly string[] = ['time', 'request_id'];

type Answer = Result<RuleAnswer, Problem>;

/** A policy with its answer, and whether it had to be asked for it. */
export interface AnsweredAskable {
  readonly policy: Askable;
  readonly answer: Answer;
  readonly from: 'cache' | 'policy';
}

/** Remembers answers. */
export interface DecisionCache {
  /** @returns at once what is known: most is, and waiting for it costs more than finding it */
  readonly answer: (
    policy: Askable,
    question: PolicyInput,
    ask: () => Promise<Answer>,
  ) => AnsweredAskable | Promise<AnsweredAskable>;
  /** Answers came along with a decision that was remembered as a whole. */
  readonly countHits: (answers: number) => void;
}

/** Makes an empty cache; it is told about no change: another version has another key. */
export function createDecisionCache(telemetry: Telemetry): DecisionCache {
  /** Whoever asks the same while a policy is asked waits for the same answer. */
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
    const { id, version, inputReferences } = policy;
    const paths = inputReferences.map(({ path }) => path);
    const made = { prefix: `${id}/${version}/`, paths, isCacheable: isCacheable(policy) };
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

/** Whether the same text answers the same to whoever asks the same. */
export function isCacheable({ volatileBuiltins, inputReferences }: Askable): boolean {
  if (volatileBuiltins === undefined || volatileBuiltins.length > 0) return false;
  return !inputReferences.some(readsTheMoment);
}

function readsTheMoment({ path: [root, member] }: InputReference): boolean {
  if (root === undefined) return true;
  return root === 'context' && (member === undefined || NEVER_SAME.includes(member));
}

/** A failure may be over the next time. */
function isWorthKeeping(answer: Answer): boolean {
  return answer.ok && JSON.stringify(answer.value).length <= ANSWER_LENGTH_MAX;
}

/** Longer than this the hash of what was read takes its place. Unit: characters. */
const READ_LENGTH_MAX = 200;

/** What a policy reads, looked up once. */
interface ReadPlan {
  readonly isCacheable: boolean;
  /** Policy and version, as keys begin. */
  readonly prefix: string;
  readonly paths: readonly (readonly string[])[];
}

/** Policy, version and all that the policy reads of the question, or a hash of it. */
function keyOf({ prefix, paths }: ReadPlan, question: PolicyInput): string {
  let read = '';
  for (const path of paths) read += `${textOf(valueAt(question, path))},`;
  const isShort = read.length <= READ_LENGTH_MAX;
  const input = isShort ? read : hash('sha256', read, 'base64');
  return `${prefix}${input}`;
}

/** Keys in another order only mean that the policy is asked once more. */
function textOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

/** What is found at a path; undefined where there is nothing. */
function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    // A step into a list is written as its index.
    value = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  }
  return value;
}
