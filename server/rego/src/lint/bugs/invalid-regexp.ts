// Patterns that are not regular expressions.

import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';
import { isPattern } from '../source/options.ts';
import { PATTERNS } from '../source/patterns.ts';

/** The rule `invalid-regexp` of Regal. */
export const invalidRegexp: LintRule = {
  name: 'invalid-regexp',
  category: 'bugs',
  level: 'error',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      const index = PATTERNS[nameOfCall(call)];
      const pattern = index === undefined ? undefined : call.args[index];
      if (pattern?.kind !== 'scalar' || typeof pattern.value !== 'string') return [];
      if (isPattern(pattern.value)) return [];
      return [{ at: pattern.at, message: 'This pattern is not a regular expression.' }];
    }),
};
