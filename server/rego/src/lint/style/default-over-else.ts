// Rules with a constant in an else without conditions.

import type { LintRule } from '../source/model.ts';

/** The rule `default-over-else` of Regal. */
export const defaultOverElse: LintRule = {
  name: 'default-over-else',
  category: 'style',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap(({ branches, args }) => {
      const last = branches.at(-1);
      if (args !== undefined || branches.length !== 2 || last?.body.length !== 0) return [];
      if (last.value.kind !== 'scalar' && last.value.kind !== 'number') return [];
      return [{ at: last.at, message: 'Write "default name := value" instead of the last else.' }];
    }),
};
