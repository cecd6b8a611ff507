// Rules with several bodies.

import type { LintRule } from '../source/model.ts';

/** The rule `chained-rule-body` of Regal. */
export const chainedRuleBody: LintRule = {
  name: 'chained-rule-body',
  category: 'custom',
  level: 'ignore',
  check: ({ module }) =>
    module.rules.flatMap((rule, index) => {
      const isChained = module.rules[index - 1]?.at === rule.at;
      if (!isChained) return [];
      return [{ at: rule.at, message: 'Repeat the head of the rule before its second body.' }];
    }),
};
