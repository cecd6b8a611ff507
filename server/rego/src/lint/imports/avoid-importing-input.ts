// Imports of input or of a part of it.

import type { LintRule } from '../source/model.ts';

/** The rule `avoid-importing-input` of Regal. */
export const avoidImportingInput: LintRule = {
  name: 'avoid-importing-input',
  category: 'imports',
  level: 'error',
  check: ({ imports }) =>
    imports.flatMap(({ path, alias, at }) => {
      if (path[0] !== 'input' || (path[1] === 'tfplan' && path.length === 2)) return [];
      const name = path.join('.');
      const more = alias === undefined ? '' : ` as ${alias}`;
      return [{ at, message: `Write ${name} where it is used instead of importing it${more}.` }];
    }),
};
