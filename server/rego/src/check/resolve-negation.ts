// `not` as OPA compiles it: what a negated expression takes as arguments is evaluated before it.

import type { CallTerm, Literal, Term } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { visitLiteralLocals } from './bound-variables.ts';
import type { ModuleContext } from './module-context.ts';
import { resolveCallTarget, splitOutput } from './resolve-call.ts';
import { resolveCall, resolveTerm } from './resolve-term.ts';
import type { CallForm, ResolvedLiteral, ResolvedTerm } from './resolved-tree.ts';
import { declareHidden, type Scope } from './scope.ts';

/** A literal whose negation takes its arguments out of it. */
export type NegatedLiteral =
  | Extract<Literal, { readonly kind: 'expr' }>
  | (Extract<Literal, { readonly left: Term }> & { readonly kind: 'unify' });

/**
 * Resolves a negated literal. Arguments of calls, and what stands in brackets of references, become
 * literals of their own before it: where one of them is undefined, so is the body. What is compared
 * with `==` or `=`, and a reference by itself, stay inside: `not input.x == 1` holds without
 * `input.x`, and `not f(input.x)` does not.
 */
export function resolveNegation(
  context: ModuleContext,
  scope: Scope,
  literal: NegatedLiteral,
  at: Position,
): readonly ResolvedLiteral[] {
  const core = coreOf(context, scope, literal);
  const captures = new Set<number>();
  visitLiteralLocals(core, (id) => captures.add(id));
  return [{ kind: 'not', body: [core], captures, at }];
}

function coreOf(context: ModuleContext, scope: Scope, literal: NegatedLiteral): ResolvedLiteral {
  const { at } = literal;
  const inPlace = (term: Term) => keep(scope, resolveTerm(context, scope, term), at);
  if (literal.kind === 'unify') {
    return { kind: 'unify', left: inPlace(literal.left), right: inPlace(literal.right), at };
  }
  const { term } = literal;
  if (term.kind !== 'call') return { kind: 'expr', term: inPlace(term), at };
  const [left, right] = term.args;
  if (term.form === 'operator' && term.name.join('.') === 'equal' && left && right) {
    return { kind: 'unify', left: inPlace(left), right: inPlace(right), at };
  }
  const called = resolveCall(context, scope, term, 'expression');
  if (called.kind !== 'call') return { kind: 'expr', term: keep(scope, called, at), at };
  const call = withEarlyArguments(scope, called);
  const output = outputOf(context, scope, term);
  if (output === undefined) return { kind: 'expr', term: call, at };
  const result = takeOut(scope, resolveTerm(context, scope, output), at);
  return { kind: 'unify', left: result, right: call, at };
}

/** The term that takes the result of a call, where it is written as one more argument. */
function outputOf(context: ModuleContext, scope: Scope, term: CallTerm): Term | undefined {
  const silent = { ...context, report: () => {} };
  return splitOutput(silent, resolveCallTarget(silent, scope, term), term).output;
}

function withEarlyArguments(scope: Scope, call: CallForm): CallForm {
  const args = call.args.map((arg, index) => takeOut(scope, arg, call.argsAt[index] ?? call.at));
  return { ...call, args };
}

/** A term that stays inside; what it is made of does not. */
function keep(scope: Scope, term: ResolvedTerm, at: Position): ResolvedTerm {
  const path = (parts: readonly ResolvedTerm[]) => parts.map((part) => takeOut(scope, part, at));
  switch (term.kind) {
    case 'document':
      return { ...term, path: path(term.path) };
    case 'ref':
      return { ...term, head: takeOut(scope, term.head, at), path: path(term.path) };
    case 'comprehension':
      return term;
    default:
      return takeOut(scope, term, at);
  }
}

/** The variable that has the value of a term, in a literal before this one. */
function takeOut(scope: Scope, term: ResolvedTerm, at: Position): ResolvedTerm {
  const inner = (each: ResolvedTerm) => takeOut(scope, each, at);
  switch (term.kind) {
    case 'const':
    case 'local':
      return term;
    case 'array':
    case 'set':
      return { ...term, items: term.items.map(inner) };
    case 'object':
      return { ...term, pairs: term.pairs.map(([key, value]) => [inner(key), inner(value)]) };
    default: {
      const left = { kind: 'local', id: declareHidden(scope, term.at) } as const;
      scope.before.push({ kind: 'unify', left, right: term, at: term.at });
      return left;
    }
  }
}
