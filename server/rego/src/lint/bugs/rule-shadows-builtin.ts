// Rules with the name of a builtin.

import { BUILTIN_NAMESPACES } from '../source/builtin-names.ts';
import type { LintRule } from '../source/model.ts';
import { nameOfRule } from '../source/names.ts';

/** The rule `rule-shadows-builtin` of Regal. */
export const ruleShadowsBuiltin: LintRule = {
  name: 'rule-shadows-builtin',
  category: 'bugs',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap((rule) => {
      const name = nameOfRule(rule);
      if (!BUILTIN_NAMESPACES.has(name)) return [];
      return [
        { at: rule.at, message: `The rule ${name} hides the builtin of that name; rename it.` },
      ];
    }),
};
