/** What the policy worker is asked and answers. Plain data: it crosses a thread boundary. */
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import type { CompiledRule } from '../../ports/policy-runtime.ts';

/** The rules that answer NovaCron's question. */
export const ANSWER_RULES = ['allow', 'deny', 'warn', 'violation'] as const;

/** A mistake in a rule, at its place. */
export interface RuleMistake {
  readonly message: string;
  /** From 1; 0 where the mistake is of the whole, as that of a bundle. */
  readonly row: number;
  /** Likewise. */
  readonly column: number;
}

/** One thing that the worker is asked: texts are numbers, places in the request's list of them. */
export type WorkerTask =
  | { readonly kind: 'compile'; readonly rule: number }
  /** The input as JSON: copying its text into the thread is cheaper than copying its objects. */
  | { readonly kind: 'evaluate'; readonly rule: number; readonly input: number };

/** What came of it. */
export type WorkerOutcome =
  | { readonly kind: 'compiled'; readonly rule: CompiledRule }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly RuleMistake[] }
  | { readonly kind: 'answered'; readonly answer: RuleAnswer }
  | { readonly kind: 'failed'; readonly message: string };

/** The id of what the worker says by itself, once it has loaded what it works with. */
export const READY_ID = 0;

/** What the worker is sent: handing over costs more than most tasks, so that they share it. */
export interface WorkerRequest {
  readonly id: number;
  /** Rules and inputs, each once: many are asked the same, and one is asked by many. */
  readonly texts: readonly string[];
  readonly tasks: readonly WorkerTask[];
}

/** What it answers to the request of the same id: an outcome for each task, in their order. */
export interface WorkerReply {
  readonly id: number;
  readonly outcomes: readonly WorkerOutcome[];
}
