// Rules and functions that begin with get_ or list_.

import type { LintRule } from '../source/model.ts';
import { nameOfRule } from '../source/names.ts';

/** The rule `avoid-get-and-list-prefix` of Regal. */
export const avoidGetAndListPrefix: LintRule = {
  name: 'avoid-get-and-list-prefix',
  category: 'style',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap((rule) => {
      const name = nameOfRule(rule);
      if (!/^_?(?:get|list)_/.test(name)) return [];
      const better = name.replace(/^(_?)(?:get|list)_/, '$1');
      return [{ at: rule.at, message: `Rules are values; call ${name} ${better}.` }];
    }),
};
