// Imports of one path with and without an alias.

import type { LintRule } from '../source/model.ts';

/** The rule `confusing-alias` of Regal. */
export const confusingAlias: LintRule = {
  name: 'confusing-alias',
  category: 'imports',
  level: 'error',
  check: ({ imports }) =>
    imports.flatMap(({ path, alias, at }) => {
      if (alias === undefined) return [];
      const name = path.join('.');
      const other = imports.find((each) => each.path.join('.') === name && each.alias !== alias);
      if (other === undefined) return [];
      return [{ at, message: `${name} has two names in this file; import it once.` }];
    }),
};
