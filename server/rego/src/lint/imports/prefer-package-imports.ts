// Imports of single rules.

import type { LintRule } from '../source/model.ts';

/** The rule `prefer-package-imports` of Regal. */
export const preferPackageImports: LintRule = {
  name: 'prefer-package-imports',
  category: 'imports',
  level: 'error',
  check: ({ imports }, { project }) => {
    return imports.flatMap(({ path, at }) => {
      const name = path.slice(1).join('.');
      if (path[0] !== 'data' || project.packages.has(name)) return [];
      if (!project.rules.has(name)) return [];
      const home = path.slice(0, -1).join('.');
      return [{ at, message: `Import the package ${home} instead of its rule ${path.at(-1)}.` }];
    });
  },
};
