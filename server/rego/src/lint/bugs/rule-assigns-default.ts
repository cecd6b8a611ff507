// Rules that give the value that they have by default.

import type { LintRule } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';
import { isSameTerm } from '../source/same-tree.ts';

/** The rule `rule-assigns-default` of Regal. */
export const ruleAssignsDefault: LintRule = {
  name: 'rule-assigns-default',
  category: 'bugs',
  level: 'error',
  check: ({ module }) => {
    const defaults = new Map(
      module.rules.flatMap((rule) =>
        rule.shape === 'default' ? [[pathOfRule(rule), rule] as const] : [],
      ),
    );
    return module.rules.flatMap((rule) => {
      const name = pathOfRule(rule);
      const value = defaults.get(name)?.branches[0]?.value;
      if (rule.shape !== 'value' || value === undefined) return [];
      return rule.branches
        .filter((branch) => isSameTerm(branch.value, value, rule))
        .map(({ at }) => ({ at, message: `This is the value that ${name} has by default.` }));
    });
  },
};
