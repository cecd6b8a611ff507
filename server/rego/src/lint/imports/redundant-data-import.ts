// Imports of data itself.

import type { LintRule } from '../source/model.ts';

/** The rule `redundant-data-import` of Regal. */
export const redundantDataImport: LintRule = {
  name: 'redundant-data-import',
  category: 'imports',
  level: 'error',
  check: ({ imports }) =>
    imports.flatMap(({ path, at }) => {
      if (path.length !== 1 || path[0] !== 'data') return [];
      return [{ at, message: 'data needs no import.' }];
    }),
};
