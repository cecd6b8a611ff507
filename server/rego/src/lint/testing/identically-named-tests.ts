// Tests with the name of another test of the file.

import type { LintRule } from '../source/model.ts';
import { isTest, pathOfRule } from '../source/names.ts';

/** The rule `identically-named-tests` of Regal. */
export const identicallyNamedTests: LintRule = {
  name: 'identically-named-tests',
  category: 'testing',
  level: 'error',
  check: ({ module }) => {
    const seen = new Set<string>();
    return module.rules.filter(isTest).flatMap((rule, index, tests) => {
      const name = pathOfRule(rule);
      const isRepeated = seen.has(name) && tests[index - 1]?.at !== rule.at;
      seen.add(name);
      if (!isRepeated) return [];
      return [{ at: rule.at, message: `A test above is called ${name}, too; rename one of them.` }];
    });
  },
};
