// Replacements by "with" outside of tests.

import type { LintRule } from '../source/model.ts';
import { isTest, isTestPath, literalsOf } from '../source/names.ts';

/** The rule `with-outside-test-context` of Regal. */
export const withOutsideTestContext: LintRule = {
  name: 'with-outside-test-context',
  category: 'performance',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal, rule }) => {
      if (literal.kind !== 'with' || isTest(rule) || isTestPath(file.path)) return [];
      const message = '"with" makes rules evaluate again; outside of tests use a function.';
      return [{ at: literal.at, message }];
    }),
};
