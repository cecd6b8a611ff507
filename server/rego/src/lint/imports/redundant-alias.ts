// Aliases that are the name that an import has anyway.

import type { LintRule } from '../source/model.ts';

/** The rule `redundant-alias` of Regal. */
export const redundantAlias: LintRule = {
  name: 'redundant-alias',
  category: 'imports',
  level: 'error',
  check: ({ imports }) =>
    imports.flatMap(({ path, alias, at }) => {
      if (alias === undefined || alias !== path.at(-1)) return [];
      return [{ at, message: `The name is ${alias} without "as ${alias}", too; leave it out.` }];
    }),
};
