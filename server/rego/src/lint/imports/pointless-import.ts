// Imports of the package that the file belongs to.

import type { LintRule } from '../source/model.ts';

/** The rule `pointless-import` of Regal. */
export const pointlessImport: LintRule = {
  name: 'pointless-import',
  category: 'imports',
  level: 'error',
  check: ({ imports, module, ruleNames }) =>
    imports.flatMap(({ path, at }) => {
      const home = module.package;
      const isOwn = home.every((part, index) => path[index + 1] === part);
      const [name, ...more] = path.slice(home.length + 1);
      // A package below this one is another one.
      const isRule = name === undefined || (ruleNames.has(name) && more.length === 0);
      if (path[0] !== 'data' || !isOwn || !isRule) return [];
      return [{ at, message: 'What this imports belongs to the same package; use it as it is.' }];
    }),
};
