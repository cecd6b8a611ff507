// Rules whose body is an empty object.

import type { LintRule } from '../source/model.ts';

/** The rule `if-empty-object` of Regal. */
export const ifEmptyObject: LintRule = {
  name: 'if-empty-object',
  category: 'bugs',
  level: 'ignore',
  check: ({ module }) =>
    module.rules.flatMap((rule) =>
      rule.branches.flatMap(({ body }) => {
        const [only] = body;
        const term = only?.kind === 'expr' && body.length === 1 ? only.term : undefined;
        if (term?.kind !== 'object' || term.pairs.length > 0) return [];
        const message = 'An empty object always holds; write the conditions or leave "if {}" out.';
        return [{ at: term.at, message }];
      }),
    ),
};
