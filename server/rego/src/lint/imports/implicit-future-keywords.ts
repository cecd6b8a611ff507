// Imports of all future keywords at once.

import type { LintRule } from '../source/model.ts';

/** The rule `implicit-future-keywords` of Regal. */
export const implicitFutureKeywords: LintRule = {
  name: 'implicit-future-keywords',
  category: 'imports',
  level: 'error',
  check: ({ imports }) =>
    imports.flatMap(({ path, at }) => {
      if (path.join('.') !== 'future.keywords') return [];
      const message = 'Import the keywords that are used, or rego.v1, which has them all.';
      return [{ at, message }];
    }),
};
