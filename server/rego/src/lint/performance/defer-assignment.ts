// Assignments before a condition that does not need them.

import type { Literal, Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { nameOfCall, variablesIn } from '../source/names.ts';
import { termsWithin } from '../source/walk-rule.ts';

/** The rule `defer-assignment` of Regal. */
export const deferAssignment: LintRule = {
  name: 'defer-assignment',
  category: 'performance',
  level: 'error',
  check: (file) =>
    file.module.rules.flatMap(({ branches }) =>
      branches.flatMap(({ body }) =>
        body.flatMap((literal, index) => {
          const next = body[index + 1];
          if (literal.kind !== 'assign' || literal.left.kind !== 'var' || next === undefined)
            return [];
          const { name } = literal.left;
          if (next.kind !== 'expr' && next.kind !== 'not') return [];
          if (isPrint(next) || mentions(next, name)) return [];
          const message = `The next line does not need ${name}; assign it below that.`;
          return [{ at: literal.at, message }];
        }),
      ),
    ),
};

/** Whether a condition has a variable, or is too involved to say. */
function mentions(literal: Literal, name: string): boolean {
  if (literal.kind === 'not') return mentions(literal.literal, name);
  if (literal.kind !== 'expr') return true;
  const { term } = literal;
  return variablesIn(term).some((each) => each.name === name) || hasBody(term);
}

function hasBody(term: Term): boolean {
  return termsWithin(term).some(({ kind }) => kind === 'comprehension');
}

function isPrint(literal: Literal): boolean {
  return (
    literal.kind === 'expr' && literal.term.kind === 'call' && nameOfCall(literal.term) === 'print'
  );
}
