// Rules named `if` in version 0, where the keyword has to be imported.

import type { LintRule } from '../source/model.ts';
import { nameOfRule } from '../source/names.ts';

/** The rule `rule-named-if` of Regal. */
export const ruleNamedIf: LintRule = {
  name: 'rule-named-if',
  category: 'bugs',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap((rule) => {
      if (nameOfRule(rule) !== 'if') return [];
      const message =
        'This is a rule named "if"; write "import rego.v1", which makes it a keyword.';
      return [{ at: rule.at, message }];
    }),
};
