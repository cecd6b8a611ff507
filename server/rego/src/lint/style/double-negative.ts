// Negations of names that negate.

import type { LintRule } from '../source/model.ts';
import { literalsOf, staticPath } from '../source/names.ts';

/** The rule `double-negative` of Regal. */
export const doubleNegative: LintRule = {
  name: 'double-negative',
  category: 'style',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal }) => {
      if (literal.kind !== 'not' || literal.literal.kind !== 'expr') return [];
      const path = staticPath(literal.literal.term);
      const name = path?.at(-1) ?? '';
      if (!/^(?:cannot_|no_|non_|not_)/.test(name)) return [];
      const message = `"not ${name}" says no twice; name the rule for what it means.`;
      return [{ at: literal.at, message }];
    }),
};
