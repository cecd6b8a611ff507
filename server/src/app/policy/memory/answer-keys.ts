/**
 * Keys under which answers of policies are cached: what the text of the policy reads. Two questions
 * with the same key have the same answer.
 */
import { hash } from 'node:crypto';
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { InputReference } from '@novacron/engine/policy/model/policy';
import type { Askable } from '../../../ports/policy-runtime.ts';

/** Input that differs in every question: policies that read it are not cached. */
const NEVER_SAME: readonly string[] = ['time', 'request_id'];

/** Makes keys; what is known of a policy is kept for as long as the policy is. */
export interface AnswerKeys {
  /** @returns undefined where the policy may answer the same question differently later */
  readonly keyOf: (policy: Askable, question: PolicyInput) => string | undefined;
}

/** Begins without knowing any policy. */
export function createAnswerKeys(): AnswerKeys {
  const plans = new WeakMap<Askable, ReadPlan>();

  function planOf(policy: Askable): ReadPlan {
    const known = plans.get(policy);
    if (known !== undefined) return known;
    const { id, version, inputReferences, documents } = policy;
    const paths = inputReferences.map(({ path }) => path);
    const made = {
      prefix: `${id}/${version}/${documents?.key ?? ''}/`,
      paths,
      isCacheable: isCacheable(policy),
    };
    plans.set(policy, made);
    return made;
  }

  return {
    keyOf: (policy, question) => {
      const plan = planOf(policy);
      return plan.isCacheable ? keyOf(plan, question) : undefined;
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

/** A longer key is replaced by its hash. Unit: characters. */
const READ_LENGTH_MAX = 200;

/** The input paths that a policy reads, computed once. */
interface ReadPlan {
  readonly isCacheable: boolean;
  /** Policy, version and documents, the beginning of keys. */
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
