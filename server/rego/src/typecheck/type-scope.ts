// What the checker of one rule's branch knows, and where it says what is wrong.

import type {
  CallTarget,
  LocalVariable,
  ResolvedLiteral,
  ResolvedTerm,
} from '../check/resolved-tree.ts';
import type { RuleNode } from '../check/rule-tree.ts';
import type { Position } from '../syntax/rego-problem.ts';
import type { RegoType } from './rego-type.ts';
import type { DocumentTypes } from './schema-documents.ts';
import type { Signature } from './signature.ts';

/** The types of documents and functions, wherever they are asked for. */
export type World = {
  readonly root: RuleNode;
  /** The type of a rule's value; any where `with` replaces it. */
  readonly ruleType: (node: RuleNode) => RegoType;
  /** Signature of a call's target; undefined if `with` replaces the function. */
  readonly signature: (target: CallTarget) => Signature | undefined;
};

/** One branch: its variables get their types in the order of its body. */
export type TypeScope = World & {
  /** Types of `input`, and of documents below `data` that no rule defines. */
  readonly documents: DocumentTypes;
  /** Whether the body is that of a `not`, which reports its condition itself. */
  readonly isNegated?: true;
  readonly locals: readonly LocalVariable[];
  readonly types: Map<number, RegoType>;
  readonly report: (at: Position, message: string) => void;
  /**
   * Takes down what may be meant; defined where a schema says what `input` is, and conditions that
   * it decides are reported as well.
   */
  readonly warn: ((at: Position, message: string) => void) | undefined;
  /** Terms hold bodies and patterns, which hold terms: each part finds the others here. */
  readonly inferTerm: (scope: TypeScope, term: ResolvedTerm) => RegoType;
  readonly checkBody: (scope: TypeScope, body: readonly ResolvedLiteral[]) => void;
};
