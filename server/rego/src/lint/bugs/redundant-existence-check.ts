// References that the next expression uses anyway.

import type { Literal, Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { isWildcardVar, staticPath } from '../source/names.ts';

/** The rule `redundant-existence-check` of Regal. */
export const redundantExistenceCheck: LintRule = {
  name: 'redundant-existence-check',
  category: 'bugs',
  level: 'error',
  check: (file) => {
    const bodies = new Set(file.visits.flatMap(({ body }) => (body === undefined ? [] : [body])));
    return [...bodies].flatMap((body) =>
      body.flatMap((literal, index) => {
        const path = literal.kind === 'expr' ? staticPath(literal.term) : undefined;
        if (path === undefined || path.length < 2) return [];
        const near = [body[index - 1], body[index + 1]];
        if (!near.some((other) => other !== undefined && uses(other, path))) return [];
        const name = path.join('.');
        const message = `The expression beside it is undefined without ${name}; remove this line.`;
        return [{ at: literal.at, message }];
      }),
    );
  },
};

/** Whether a literal refers to a path or to something below it, at its top. */
function uses(literal: Literal, path: readonly string[]): boolean {
  switch (literal.kind) {
    case 'expr':
      return termsOf(literal.term).some((term) => begins(term, path));
    case 'assign':
    case 'unify':
      return [literal.left, literal.right].flatMap(termsOf).some((term) => begins(term, path));
    case 'some-in':
      return begins(literal.collection, path);
    default:
      return false;
  }
}

function termsOf(term: Term): readonly Term[] {
  return term.kind === 'call' ? [term, ...term.args] : [term];
}

function begins(term: Term, path: readonly string[]): boolean {
  if (term.kind !== 'ref' || term.head.kind !== 'var' || isWildcardVar(term.head)) return false;
  if (term.head.name !== path[0] || term.path.length < path.length - 1) return false;
  return path.slice(1).every((name, index) => {
    const part = term.path[index];
    return part?.kind === 'scalar' && part.value === name;
  });
}
