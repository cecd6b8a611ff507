// Rules whose body only assigns their value.

import type { LintRule } from '../source/model.ts';

/** The rule `unconditional-assignment` of Regal. */
export const unconditionalAssignment: LintRule = {
  name: 'unconditional-assignment',
  category: 'style',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap(({ branches, args, shape, at }) => {
      const [first, ...more] = branches;
      const [only] = first?.body ?? [];
      if (shape !== 'value' || more.length > 0 || first?.body.length !== 1) return [];
      if (only?.kind !== 'assign' && only?.kind !== 'unify') return [];
      const { value } = first;
      if (value.kind !== 'var' || only.left.kind !== 'var' || only.left.name !== value.name)
        return [];
      if (args !== undefined && only.right.kind === 'call') return [];
      return [{ at, message: 'Write the value in the head; the body has no condition.' }];
    }),
};
