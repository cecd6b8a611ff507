// Imports below a rule.

import type { LintRule } from '../source/model.ts';

/** The rule `import-after-rule` of Regal. */
export const importAfterRule: LintRule = {
  name: 'import-after-rule',
  category: 'imports',
  level: 'error',
  check: ({ imports, module }) => {
    const first = Math.min(...module.rules.map(({ at }) => at.row));
    return imports.flatMap(({ at }) =>
      at.row > first ? [{ at, message: 'Imports belong above the first rule.' }] : [],
    );
  },
};
