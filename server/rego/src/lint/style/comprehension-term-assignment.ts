// Comprehensions that assign their value at their end.

import type { LintRule } from '../source/model.ts';
import { staticPath } from '../source/names.ts';

/** The rule `comprehension-term-assignment` of Regal. */
export const comprehensionTermAssignment: LintRule = {
  name: 'comprehension-term-assignment',
  category: 'style',
  level: 'error',
  check: (file) =>
    file.visits.flatMap(({ node }) => {
      if (node.kind !== 'comprehension' || node.body.length < 2) return [];
      const names = [node.key, node.value].flatMap((term) =>
        term?.kind === 'var' ? [term.name] : [],
      );
      return node.body.flatMap((literal) => {
        if (literal.kind !== 'assign' || literal.left.kind !== 'var') return [];
        const { name } = literal.left;
        // A call at the beginning of a comprehension is hard to read, and so is a loop.
        if (!names.includes(name) || staticPath(literal.right) === undefined) return [];
        const message = `Put what ${name} stands for at the beginning of the comprehension.`;
        return [{ at: literal.at, message }];
      });
    }),
};
