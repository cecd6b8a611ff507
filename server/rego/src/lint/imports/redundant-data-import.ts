// Imports of data itself.

import { removeLine } from '../source/edits.ts';
import type { LintRule } from '../source/model.ts';

/** The rule `redundant-data-import` of Regal. */
export const redundantDataImport: LintRule = {
  name: 'redundant-data-import',
  category: 'imports',
  level: 'error',
  check: (file) =>
    file.imports.flatMap(({ path, alias, at }) => {
      if (path.length !== 1 || path[0] !== 'data') return [];
      const isAlone = /^\s*import\s+data\s*$/.test(file.lines[at.row - 1] ?? '');
      const edits = alias === undefined && isAlone ? [removeLine(file, at.row)] : [];
      return [{ at, message: 'data needs no import.', edits }];
    }),
};
