// Defaults below definitions of their rule.

import type { LintRule } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';

/** The rule `trailing-default-rule` of Regal. */
export const trailingDefaultRule: LintRule = {
  name: 'trailing-default-rule',
  category: 'style',
  level: 'error',
  check: ({ module }) => {
    const seen = new Set<string>();
    return module.rules.flatMap((rule) => {
      const name = pathOfRule(rule);
      const isLate = rule.shape === 'default' && seen.has(name);
      seen.add(name);
      return isLate ? [{ at: rule.at, message: `Put the default of ${name} first.` }] : [];
    });
  },
};
