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
    file.module.rules.flatMap((rule) => {
      const heads = (file.visitsOf.get(rule) ?? []).flatMap(({ node, scope }) =>
        scope === 'head' && node.kind === 'var' ? [node.name] : [],
      );
      const inHead = new Set(heads);
      return rule.branches.flatMap(({ body }) =>
        body.flatMap((literal, index) => {
          const next = body[index + 1];
          if (literal.kind !== 'assign' || literal.left.kind !== 'var') return [];
          const { name } = literal.left;
          if (inHead.has(name) || loops(literal.right) || next === undefined) return [];
          if (isCallOf(next, ['print', 'walk']) || mentions(next, name)) return [];
          const message = `The next line does not need ${name}; assign it below that.`;
          return [{ at: literal.at, message }];
        }),
      );
    }),
};

/** Whether a reference may have several values. */
function loops(term: Term): boolean {
  return term.kind === 'ref' && term.path.some(({ kind }) => kind === 'var');
}

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

function isCallOf(literal: Literal, names: readonly string[]): boolean {
  const call = literal.kind === 'expr' ? literal.term : undefined;
  return call?.kind === 'call' && names.includes(nameOfCall(call));
}
