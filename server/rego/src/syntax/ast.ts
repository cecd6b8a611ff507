// What the parser makes of a module: close to the text, before names are resolved.

import type { Position } from './rego-problem.ts';

/**
 * Content of a faulty text besides its parsed part: rules and imports of these names, or anything.
 */
export type Unread = ReadonlySet<string> | 'anything';

/** The two versions of the language. */
export type RegoVersion = 'v0' | 'v1';

/** Anything that has a value. `at` is where it begins. */
export type Term =
  | { readonly kind: 'scalar'; readonly value: null | boolean | string; readonly at: Position }
  | { readonly kind: 'number'; readonly text: string; readonly at: Position }
  | { readonly kind: 'var'; readonly name: string; readonly at: Position }
  | {
      readonly kind: 'ref';
      readonly head: Term;
      readonly path: readonly Term[];
      readonly at: Position;
    }
  | CallTerm
  | { readonly kind: 'array'; readonly items: readonly Term[]; readonly at: Position }
  | { readonly kind: 'set'; readonly items: readonly Term[]; readonly at: Position }
  | {
      readonly kind: 'object';
      readonly pairs: readonly (readonly [Term, Term])[];
      readonly at: Position;
    }
  | ComprehensionTerm
  | { readonly kind: 'template'; readonly parts: readonly TemplatePart[]; readonly at: Position };

/** A part of a template string: a fixed text is a scalar. */
export type TemplatePart =
  | Term
  | {
      readonly kind: 'modified';
      readonly term: Term;
      readonly modifiers: readonly WithModifier[];
      readonly at: Position;
    };

/** A call; an operator is a call whose builtin no rule can shadow. */
export type CallTerm = {
  readonly kind: 'call';
  readonly name: readonly string[];
  readonly form: 'named' | 'operator';
  readonly args: readonly Term[];
  readonly at: Position;
};

/** `[value | body]`, `{value | body}` or `{key: value | body}`. */
export type ComprehensionTerm = {
  readonly kind: 'comprehension';
  readonly shape: 'array' | 'set' | 'object';
  readonly key: Term | undefined;
  readonly value: Term;
  readonly body: readonly Literal[];
  readonly at: Position;
};

/** A `with target as value`. */
export type WithModifier = { readonly target: Term; readonly value: Term; readonly at: Position };

/** One line of a body. */
export type Literal =
  | { readonly kind: 'expr'; readonly term: Term; readonly at: Position }
  | {
      readonly kind: 'assign' | 'unify';
      readonly left: Term;
      readonly right: Term;
      readonly at: Position;
    }
  | { readonly kind: 'some'; readonly names: readonly NameAt[]; readonly at: Position }
  | {
      readonly kind: 'some-in';
      readonly key: Term | undefined;
      readonly value: Term;
      readonly collection: Term;
      readonly at: Position;
    }
  | {
      readonly kind: 'every';
      readonly key: NameAt | undefined;
      readonly value: NameAt;
      readonly collection: Term;
      readonly body: readonly Literal[];
      readonly at: Position;
    }
  | { readonly kind: 'not'; readonly literal: Literal; readonly at: Position }
  | {
      readonly kind: 'with';
      readonly literal: Literal;
      readonly modifiers: readonly WithModifier[];
      readonly at: Position;
    };

/** A name and where it stands. */
export type NameAt = { readonly name: string; readonly at: Position };

/** One value with its body: a rule's own, or that of an `else`. */
export type RuleBranch = {
  readonly value: Term;
  /** Operator before the value; undefined if the value is omitted, and is true. */
  readonly operator: ':=' | '=' | undefined;
  readonly body: readonly Literal[];
  readonly at: Position;
};

/** One definition of a rule. */
export type Rule = {
  /** The head's reference: the first part is a name, the others any term. */
  readonly path: readonly Term[];
  readonly args: readonly Term[] | undefined;
  readonly shape: 'value' | 'set' | 'default';
  /** The member that a set rule adds. */
  readonly member: Term | undefined;
  /** The value and body, then those of each `else`. */
  readonly branches: readonly RuleBranch[];
  readonly at: Position;
};

/** An `import`. */
export type Import = {
  readonly path: readonly string[];
  readonly alias: string;
  readonly at: Position;
};

/** One parsed module. */
export type Module = {
  readonly file: string;
  readonly version: RegoVersion;
  readonly package: readonly string[];
  readonly imports: readonly Import[];
  readonly rules: readonly Rule[];
  /**
   * `whole` with `import future.keywords.not`: a negation holds, too, where an argument of the
   * negated call is undefined. Absent: arguments are evaluated before it.
   */
  readonly negations?: 'whole';
  /** Absent: all of the text was parsed. */
  readonly unread?: Unread;
};

/** Whether a variable is one of the parser's names for `_`. */
export function isWildcard(name: string): boolean {
  return name.startsWith('$');
}
