// Rules whose name begins with that of their package.

import type { LintRule } from '../source/model.ts';
import { nameOfRule } from '../source/names.ts';

/** The rule `rule-name-repeats-package` of Regal. */
export const ruleNameRepeatsPackage: LintRule = {
  name: 'rule-name-repeats-package',
  category: 'style',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap((rule) => {
      const name = nameOfRule(rule);
      const home = module.package.at(-1) ?? '';
      if (home === '' || !name.startsWith(`${home}_`)) return [];
      const message = `The package is called ${home}; ${name} needs not say it again.`;
      return [{ at: rule.at, message }];
    }),
};
