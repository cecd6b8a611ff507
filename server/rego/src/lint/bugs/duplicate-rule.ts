// Rules that are defined twice in the same way.

import type { LintRule } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';
import { keyOfRule } from '../source/same-tree.ts';

/** The rule `duplicate-rule` of Regal. */
export const duplicateRule: LintRule = {
  name: 'duplicate-rule',
  category: 'bugs',
  level: 'error',
  check: ({ module }) => {
    const known = new Map<string, number>();
    return module.rules.flatMap((rule) => {
      const key = keyOfRule(rule);
      const first = known.get(key);
      if (first === undefined) known.set(key, rule.at.row);
      if (first === undefined) return [];
      const message = `This definition of ${pathOfRule(rule)} repeats that of line ${first}.`;
      return [{ at: rule.at, message }];
    });
  },
};
