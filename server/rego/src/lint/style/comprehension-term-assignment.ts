// Comprehensions that assign their value at their end.

import type { LintRule } from '../source/model.ts';
import { isWildcardRef } from '../source/names.ts';

/** The rule `comprehension-term-assignment` of Regal. */
export const comprehensionTermAssignment: LintRule = {
  name: 'comprehension-term-assignment',
  category: 'style',
  level: 'error',
  check: (file) =>
    file.visits.flatMap(({ node }) => {
      if (node.kind !== 'comprehension' || node.value.kind !== 'var') return [];
      const { name } = node.value;
      const last = node.body.at(-1);
      if (last?.kind !== 'assign' || last.left.kind !== 'var' || last.left.name !== name) return [];
      if (last.right.kind !== 'ref' && last.right.kind !== 'call') return [];
      if (isWildcardRef(last.right)) return [];
      const message = `Put what ${name} stands for at the beginning of the comprehension.`;
      return [{ at: last.at, message }];
    }),
};
