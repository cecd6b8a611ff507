// Files with tests that are not named as files of tests.

import type { LintRule } from '../source/model.ts';
import { isTest, isTestPath } from '../source/names.ts';

/** The rule `file-missing-test-suffix` of Regal. */
export const fileMissingTestSuffix: LintRule = {
  name: 'file-missing-test-suffix',
  category: 'testing',
  level: 'error',
  check: ({ module, path }) => {
    if (isTestPath(path) || !module.rules.some(isTest)) return [];
    const message = 'Files with tests are named with "_test.rego" at their end.';
    return [{ at: { row: 1, column: 1 }, message }];
  },
};
