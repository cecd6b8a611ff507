// Imports with the name of a builtin.

import { BUILTIN_NAMESPACES } from '../source/builtin-names.ts';
import type { LintRule } from '../source/model.ts';
import { isKeywordImport, nameOfImport } from '../source/names.ts';

/** The rule `import-shadows-builtin` of Regal. */
export const importShadowsBuiltin: LintRule = {
  name: 'import-shadows-builtin',
  category: 'imports',
  level: 'error',
  check: ({ imports }) =>
    imports.flatMap((each) => {
      const name = nameOfImport(each);
      if (isKeywordImport(each) || !BUILTIN_NAMESPACES.has(name)) return [];
      const message = `The import ${name} hides the builtin of that name; give it an alias.`;
      return [{ at: each.at, message }];
    }),
};
