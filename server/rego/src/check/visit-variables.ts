// Which names a body uses and which it declares, before they are resolved.

import { BUILTINS } from '../builtins/declarations/builtin-table.ts';
import type { Literal, NameAt, Term } from '../syntax/ast.ts';

/** Calls `visit` for each variable of a term, but not for those inside comprehensions. */
export function visitVariables(term: Term, visit: (variable: NameAt) => void): void {
  const all = (terms: readonly Term[]) => {
    for (const inner of terms) visitVariables(inner, visit);
  };
  switch (term.kind) {
    case 'var':
      visit(term);
      return;
    case 'ref':
      all([term.head, ...term.path]);
      return;
    case 'call':
      all(term.args);
      return;
    case 'array':
    case 'set':
      all(term.items);
      return;
    case 'object':
      all(term.pairs.flat());
      return;
    default:
      return;
  }
}

/** Calls `visit` for each variable of a literal that belongs to the literal's own body. */
export function visitLiteral(literal: Literal, visit: (variable: NameAt) => void): void {
  switch (literal.kind) {
    case 'expr':
      visitVariables(literal.term, visit);
      return;
    case 'assign':
    case 'unify':
      visitVariables(literal.left, visit);
      visitVariables(literal.right, visit);
      return;
    case 'some-in':
    case 'every':
      visitVariables(literal.collection, visit);
      return;
    case 'not':
      visitLiteral(literal.literal, visit);
      return;
    case 'with':
      for (const { value } of literal.modifiers) {
        if (!isBuiltinName(value)) visitVariables(value, visit);
      }
      visitLiteral(literal.literal, visit);
      return;
    default:
      return;
  }
}

// `with f as count`: the replacement may be a builtin's name, which is not a variable.
function isBuiltinName(term: Term): boolean {
  if (term.kind === 'var') return BUILTINS.has(term.name);
  if (term.kind !== 'ref' || term.head.kind !== 'var') return false;
  const parts = term.path.map((part) => (part.kind === 'scalar' ? String(part.value) : ''));
  return BUILTINS.has([term.head.name, ...parts].join('.'));
}

/** Calls `visit` for each variable that a literal declares. */
export function visitDeclared(literal: Literal, visit: (variable: NameAt) => void): void {
  if (literal.kind === 'assign') visitPattern(literal.left, visit);
  if (literal.kind === 'some') for (const name of literal.names) visit(name);
  if (literal.kind === 'some-in') {
    if (literal.key) visitMatched(literal.key, visit);
    visitMatched(literal.value, visit);
  }
  if (literal.kind === 'with') visitDeclared(literal.literal, visit);
}

/**
 * Calls `visit` for each variable that `some PATTERN in` declares. Of a reference in it, such as
 * `input.x`, the head is a name of before: its value is looked for.
 */
export function visitMatched(term: Term, visit: (variable: NameAt) => void): void {
  if (term.kind === 'var') visit(term);
  if (term.kind === 'ref') for (const part of term.path) visitMatched(part, visit);
  if (term.kind === 'call') for (const argument of term.args) visitMatched(argument, visit);
  if (term.kind === 'array' || term.kind === 'set') {
    for (const item of term.items) visitMatched(item, visit);
  }
  if (term.kind === 'object') for (const [, value] of term.pairs) visitMatched(value, visit);
}

/** Calls `visit` for each variable that a pattern on the left of `:=` declares. */
export function visitPattern(term: Term, visit: (variable: NameAt) => void): void {
  if (term.kind === 'var') visit(term);
  if (term.kind === 'array') for (const item of term.items) visitPattern(item, visit);
  if (term.kind === 'object') for (const [, value] of term.pairs) visitPattern(value, visit);
}
