// Imports with the name of a rule.

import type { LintRule } from '../source/model.ts';
import { isKeywordImport, nameOfImport, nameOfRule } from '../source/names.ts';

/** The rule `import-shadows-rule` of Regal. */
export const importShadowsRule: LintRule = {
  name: 'import-shadows-rule',
  category: 'bugs',
  level: 'error',
  check: ({ imports, module }) => {
    const own = new Set(module.rules.filter(({ path }) => path.length === 1).map(nameOfRule));
    return imports.flatMap((each) => {
      const name = nameOfImport(each);
      if (isKeywordImport(each) || !own.has(name)) return [];
      return [{ at: each.at, message: `The import ${name} hides the rule ${name} of this file.` }];
    });
  },
};
