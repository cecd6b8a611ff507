// Definitions of a rule with other rules between them.

import type { LintRule } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';

/** The rule `messy-rule` of Regal. */
export const messyRule: LintRule = {
  name: 'messy-rule',
  category: 'style',
  level: 'error',
  check: ({ module }) => {
    const ended = new Set<string>();
    let previous = '';
    return module.rules.flatMap((rule) => {
      const name = pathOfRule(rule);
      const isApart = name !== previous && ended.has(name);
      if (name !== previous) ended.add(previous);
      previous = name;
      if (!isApart) return [];
      return [{ at: rule.at, message: `Put the definitions of ${name} below each other.` }];
    });
  },
};
