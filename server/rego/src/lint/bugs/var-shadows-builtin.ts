// Variables with the name of a builtin.

import { BUILTIN_NAMESPACES } from '../source/builtin-names.ts';
import type { LintRule } from '../source/model.ts';
import { declaredIn } from '../source/names.ts';

/** The rule `var-shadows-builtin` of Regal. */
export const varShadowsBuiltin: LintRule = {
  name: 'var-shadows-builtin',
  category: 'bugs',
  level: 'error',
  check: (file) =>
    file.module.rules.flatMap((rule) =>
      declaredIn(rule, file)
        .filter(({ name }) => BUILTIN_NAMESPACES.has(name))
        .map(({ name, at }) => ({
          at,
          message: `The variable ${name} hides the builtin of that name; rename it.`,
        })),
    ),
};
