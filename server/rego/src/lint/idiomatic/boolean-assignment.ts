// Rules whose value is a condition.

import { BUILTINS } from '../../builtins/declarations/builtin-table.ts';
import type { LintRule } from '../source/model.ts';
import { nameOfCall } from '../source/names.ts';

/** The rule `boolean-assignment` of Regal. */
export const booleanAssignment: LintRule = {
  name: 'boolean-assignment',
  category: 'idiomatic',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap(({ branches, shape, args }) => {
      const [first] = branches;
      const value = first?.value;
      if (shape !== 'value' || args !== undefined || value?.kind !== 'call') return [];
      if (BUILTINS.get(nameOfCall(value))?.signature.result !== 'boolean') return [];
      const message = 'The value is a condition; write it after "if" instead.';
      return [{ at: value.at, message }];
    }),
};
