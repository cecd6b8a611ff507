// The resolved form of a module: every name is a local variable, a document or a called function.

import type { Position } from '../syntax/rego-problem.ts';
import type { RegoValue } from '../values/rego-value.ts';

/** Target of a call. */
export type CallTarget =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'rule'; readonly path: readonly string[] };

/** A term with resolved names. */
export type ResolvedTerm =
  | { readonly kind: 'const'; readonly value: RegoValue }
  | { readonly kind: 'local'; readonly id: number }
  | DocumentTerm
  | RefForm
  | { readonly kind: 'array' | 'set'; readonly items: readonly ResolvedTerm[] }
  | {
      readonly kind: 'object';
      readonly pairs: readonly (readonly [ResolvedTerm, ResolvedTerm])[];
    }
  | ComprehensionForm
  | CallForm;

/** A reference into `input` or `data`. */
export type DocumentTerm = {
  readonly kind: 'document';
  readonly root: 'input' | 'data';
  readonly path: readonly ResolvedTerm[];
  readonly at: Position;
};

/** A reference into any other value. */
export type RefForm = {
  readonly kind: 'ref';
  readonly head: ResolvedTerm;
  readonly path: readonly ResolvedTerm[];
  readonly at: Position;
};

/** A call. */
export type CallForm = {
  readonly kind: 'call';
  readonly target: CallTarget;
  readonly args: readonly ResolvedTerm[];
  /** Start of each argument. */
  readonly argsAt: readonly Position[];
  readonly at: Position;
};

/** A comprehension; `captures` are the variables of enclosing bodies that it uses. */
export type ComprehensionForm = {
  readonly kind: 'comprehension';
  readonly shape: 'array' | 'set' | 'object';
  readonly key: ResolvedTerm | undefined;
  readonly value: ResolvedTerm;
  readonly body: readonly ResolvedLiteral[];
  readonly captures: ReadonlySet<number>;
  readonly at: Position;
};

/** Target of a `with`. */
export type WithTarget =
  | { readonly kind: 'input' | 'data'; readonly path: readonly string[] }
  | { readonly kind: 'function'; readonly target: CallTarget };

/** Replacement in a `with`: a value, or another function. */
export type WithReplacement =
  | { readonly kind: 'value'; readonly term: ResolvedTerm }
  | { readonly kind: 'function'; readonly target: CallTarget };

/** One `with target as replacement`. */
export type ResolvedModifier = {
  readonly target: WithTarget;
  readonly replacement: WithReplacement;
  readonly at: Position;
};

/** One line of a body with resolved names. */
export type ResolvedLiteral =
  | { readonly kind: 'expr'; readonly term: ResolvedTerm; readonly at: Position }
  | {
      readonly kind: 'unify';
      readonly left: ResolvedTerm;
      readonly right: ResolvedTerm;
      readonly at: Position;
    }
  | {
      readonly kind: 'some-in';
      readonly key: ResolvedTerm | undefined;
      readonly value: ResolvedTerm;
      readonly collection: ResolvedTerm;
      readonly at: Position;
    }
  | EveryLiteral
  | {
      readonly kind: 'not';
      readonly body: readonly ResolvedLiteral[];
      readonly captures: ReadonlySet<number>;
      readonly at: Position;
    }
  | {
      readonly kind: 'with';
      readonly modifiers: readonly ResolvedModifier[];
      readonly body: readonly ResolvedLiteral[];
      readonly at: Position;
    };

/** An `every`: `key` and `value` are variables of its own. */
export type EveryLiteral = {
  readonly kind: 'every';
  readonly key: number | undefined;
  readonly value: number;
  readonly collection: ResolvedTerm;
  readonly body: readonly ResolvedLiteral[];
  readonly captures: ReadonlySet<number>;
  readonly at: Position;
};

/** A rule's value with its body; the body of a rule's first branch, or of an `else`. */
export type ResolvedBranch = {
  readonly args: readonly ResolvedTerm[];
  readonly body: readonly ResolvedLiteral[];
  readonly value: ResolvedTerm;
  /** The parts of the head's path that are not fixed, and what follows them. */
  readonly suffix: readonly ResolvedTerm[];
  /** The member that a set rule adds. */
  readonly member: ResolvedTerm | undefined;
  readonly locals: readonly LocalVariable[];
  readonly at: Position;
};

/** A variable as the author wrote it; its id is its place in the list. */
export type LocalVariable = { readonly name: string; readonly at: Position };

/**
 * Returns the rule name that a part of a reference can denote: the name, `null` if only evaluation
 * decides, undefined if there is no part. A fixed value that is not a string is not a rule's name.
 */
export function fixedPart(part: ResolvedTerm | undefined): string | null | undefined {
  if (part === undefined) return undefined;
  if (part.kind !== 'const') return null;
  return typeof part.value === 'string' ? part.value : NO_RULE;
}

// No rule has this name: the lexer does not know the character.
const NO_RULE = '\u0000';
