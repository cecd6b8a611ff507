/** What the policy worker is asked and answers. Plain data: it crosses a thread boundary. */
import type { PolicyInput } from '@novacron/contract/policy';
import type { RuleAnswer } from '@novacron/engine/policy/model';
import type { CompiledRule } from '../../ports/policy-runtime.ts';

/** The rules that answer NovaCron's question. */
export const ANSWER_RULES = ['allow', 'deny', 'warn', 'violation'] as const;

/** A mistake in a rule, at its place. */
export interface RuleMistake {
  readonly message: string;
  /** From 1. */
  readonly row: number;
  /** From 1. */
  readonly column: number;
}

/** What the worker is asked. */
export type WorkerRequest = { readonly id: number } & (
  | { readonly kind: 'compile'; readonly ruleText: string }
  | { readonly kind: 'evaluate'; readonly ruleText: string; readonly input: PolicyInput }
);

/** What it answers, to the request of the same id. */
export type WorkerReply = { readonly id: number } & (
  | { readonly kind: 'compiled'; readonly rule: CompiledRule }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly RuleMistake[] }
  | { readonly kind: 'answered'; readonly answer: RuleAnswer }
  | { readonly kind: 'failed'; readonly message: string }
);
