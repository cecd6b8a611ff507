// Values of rules and defaults that are given with "=".

import type { LintRule } from '../source/model.ts';

/** The rule `use-assignment-operator` of Regal. */
export const useAssignmentOperator: LintRule = {
  name: 'use-assignment-operator',
  category: 'style',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap(({ branches }) =>
      branches.flatMap(({ operator, at }) =>
        operator === '=' ? [{ at, message: 'Give values with ":=" instead of "=".' }] : [],
      ),
    ),
};
