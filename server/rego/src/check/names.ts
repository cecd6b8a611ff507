// Which names a body uses and which it declares, before they are resolved.

import type { Literal, NameAt, Term } from '../ast.ts';

/** Calls `visit` for each variable of a term, but not for those inside comprehensions. */
export function visitVariables(term: Term, visit: (variable: NameAt) => void): void {
  const all = (terms: readonly Term[]) => {
    for (const inner of terms) visitVariables(inner, visit);
  };
  switch (term.kind) {
    case 'var':
      return visit(term);
    case 'ref':
      return all([term.head, ...term.path]);
    case 'call':
      return all(term.args);
    case 'array':
    case 'set':
      return all(term.items);
    case 'object':
      return all(term.pairs.flat());
    default:
      return;
  }
}

/** Calls `visit` for each variable of a literal that belongs to the literal's own body. */
export function visitLiteral(literal: Literal, visit: (variable: NameAt) => void): void {
  switch (literal.kind) {
    case 'expr':
      return visitVariables(literal.term, visit);
    case 'assign':
    case 'unify':
      visitVariables(literal.left, visit);
      return visitVariables(literal.right, visit);
    case 'some-in':
    case 'every':
      return visitVariables(literal.collection, visit);
    case 'not':
      return visitLiteral(literal.literal, visit);
    case 'with':
      for (const { value } of literal.modifiers) visitVariables(value, visit);
      return visitLiteral(literal.literal, visit);
    default:
      return;
  }
}

/** Calls `visit` for each variable that a literal declares. */
export function visitDeclared(literal: Literal, visit: (variable: NameAt) => void): void {
  if (literal.kind === 'assign') visitPattern(literal.left, visit);
  if (literal.kind === 'some') for (const name of literal.names) visit(name);
  if (literal.kind === 'some-in') {
    if (literal.key) visitVariables(literal.key, visit);
    visitVariables(literal.value, visit);
  }
  if (literal.kind === 'with') visitDeclared(literal.literal, visit);
}

/** Calls `visit` for each variable that a pattern on the left of `:=` declares. */
export function visitPattern(term: Term, visit: (variable: NameAt) => void): void {
  if (term.kind === 'var') visit(term);
  if (term.kind === 'array') for (const item of term.items) visitPattern(item, visit);
  if (term.kind === 'object') for (const [, value] of term.pairs) visitPattern(value, visit);
}
