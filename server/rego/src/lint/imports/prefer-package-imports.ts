// Imports of single rules.

import type { LintRule } from '../source/model.ts';
import { nameOfRule } from '../source/names.ts';

/** The rule `prefer-package-imports` of Regal. */
export const preferPackageImports: LintRule = {
  name: 'prefer-package-imports',
  category: 'imports',
  level: 'error',
  check: (file, { files }) => {
    const packages = new Set(files.map(({ module }) => module.package.join('.')));
    const rules = new Set(
      files.flatMap(({ module }) =>
        module.rules.map((rule) => [...module.package, nameOfRule(rule)].join('.')),
      ),
    );
    return file.imports.flatMap(({ path, at }) => {
      const name = path.slice(1).join('.');
      if (path[0] !== 'data' || packages.has(name) || !rules.has(name)) return [];
      const home = path.slice(0, -1).join('.');
      return [{ at, message: `Import the package ${home} instead of its rule ${path.at(-1)}.` }];
    });
  },
};
