// Tests in the package of a policy.

import type { LintRule } from '../source/model.ts';
import { isTest } from '../source/names.ts';

/** The rule `test-outside-test-package` of Regal. */
export const testOutsideTestPackage: LintRule = {
  name: 'test-outside-test-package',
  category: 'testing',
  level: 'error',
  check: ({ module }) => {
    const home = module.package.at(-1) ?? '';
    if (home.endsWith('_test') || home === 'test') return [];
    return module.rules.filter(isTest).map(({ at }) => ({
      at,
      message: `Tests belong in a package of their own: ${home}_test.`,
    }));
  },
};
