// Rules whose body is an object.

import type { LintRule } from '../source/model.ts';

/** The rule `if-object-literal` of Regal. */
export const ifObjectLiteral: LintRule = {
  name: 'if-object-literal',
  category: 'bugs',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap((rule) =>
      rule.branches.flatMap(({ body }) => {
        const [only] = body;
        const term = only?.kind === 'expr' && body.length === 1 ? only.term : undefined;
        if (term?.kind !== 'object' || term.pairs.length === 0) return [];
        return [{ at: term.at, message: 'An object after "if" always holds; write a condition.' }];
      }),
    ),
};
