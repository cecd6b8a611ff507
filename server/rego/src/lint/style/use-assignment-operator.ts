// Values of rules and defaults that are given with "=".

import { replaceToken, tokenBehind } from '../source/edits.ts';
import type { LintRule } from '../source/model.ts';

/** The rule `use-assignment-operator` of Regal. */
export const useAssignmentOperator: LintRule = {
  name: 'use-assignment-operator',
  category: 'style',
  level: 'error',
  check: (file) =>
    file.module.rules.flatMap(({ branches }) =>
      branches.flatMap(({ operator, at }) => {
        if (operator !== '=') return [];
        const token = tokenBehind(file, at, '=');
        const edits = token === undefined ? {} : { edits: [replaceToken(token, ':=')] };
        return [{ at, message: 'Give values with ":=" instead of "=".', ...edits }];
      }),
    ),
};
