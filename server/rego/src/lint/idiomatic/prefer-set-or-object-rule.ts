// Rules whose value is a set or an object comprehension.

import type { LintRule } from '../source/model.ts';
import { isSetConversion as isConversion } from '../source/sides.ts';

/** The rule `prefer-set-or-object-rule` of Regal. */
export const preferSetOrObjectRule: LintRule = {
  name: 'prefer-set-or-object-rule',
  category: 'idiomatic',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap(({ branches, args, shape }) => {
      const [first] = branches;
      const value = first?.value;
      if (shape !== 'value' || args !== undefined || first?.body.length !== 0) return [];
      if (value?.kind !== 'comprehension' || value.shape === 'array' || isConversion(value))
        return [];
      const form = value.shape === 'set' ? '"contains"' : 'a key in brackets';
      return [
        { at: value.at, message: `Write this as a rule with ${form}, which can be extended.` },
      ];
    }),
};
