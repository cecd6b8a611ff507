// Rules that assign their value at the end of their body.

import type { LintRule } from '../source/model.ts';

/** The rule `prefer-value-in-head` of Regal. */
export const preferValueInHead: LintRule = {
  name: 'prefer-value-in-head',
  category: 'custom',
  level: 'ignore',
  check: ({ module }) =>
    module.rules.flatMap(({ branches, member }) =>
      branches.flatMap(({ body, value }) => {
        const last = body.at(-1);
        const given = member ?? value;
        if (given.kind !== 'var' || last?.kind !== 'assign' || last.left.kind !== 'var') return [];
        if (last.left.name !== given.name) return [];
        return [{ at: last.at, message: `Write what ${given.name} stands for in the head.` }];
      }),
    ),
};
