// Texts of version 0 that do not import rego.v1.

import type { LintRule } from '../source/model.ts';

/** The rule `use-rego-v1` of Regal. */
export const useRegoV1: LintRule = {
  name: 'use-rego-v1',
  category: 'imports',
  level: 'error',
  check: ({ imports, module }) => {
    if (module.version === 'v1' || imports.some(({ path }) => path[0] === 'rego')) return [];
    const message = 'This text is of version 0; write it in version 1, and import rego.v1.';
    return [{ at: { row: 1, column: 1 }, message }];
  },
};
