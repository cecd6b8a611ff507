// Imports with the name of an earlier import.

import type { LintRule } from '../source/model.ts';
import { isKeywordImport, nameOfImport } from '../source/names.ts';

/** The rule `import-shadows-import` of Regal. */
export const importShadowsImport: LintRule = {
  name: 'import-shadows-import',
  category: 'imports',
  level: 'error',
  check: ({ imports }) => {
    const seen = new Set<string>();
    return imports
      .filter((each) => !isKeywordImport(each))
      .flatMap((each) => {
        const name = nameOfImport(each);
        const isFirst = !seen.has(name);
        seen.add(name);
        const message = `An import above has the name ${name}, too; give one of them an alias.`;
        return isFirst ? [] : [{ at: each.at, message }];
      });
  },
};
