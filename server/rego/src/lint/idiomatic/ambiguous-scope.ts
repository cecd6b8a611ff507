// Annotations of one rule of several with the same name, without a scope.

import type { LintRule } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';

/** The rule `ambiguous-scope` of Regal. */
export const ambiguousScope: LintRule = {
  name: 'ambiguous-scope',
  category: 'idiomatic',
  level: 'error',
  check: ({ annotations, module }) =>
    annotations.flatMap(({ declared, row, subjectRow }) => {
      const rule = module.rules.find(({ at }) => at.row === subjectRow);
      if (rule === undefined || declared.scope !== undefined || declared.entrypoint === true) {
        return [];
      }
      const name = pathOfRule(rule);
      const rows = new Set(
        module.rules.filter((each) => pathOfRule(each) === name).map(({ at }) => at.row),
      );
      if (rows.size < 2) return [];
      const message = `Does this describe one definition of ${name} or all? Say it with "scope".`;
      return [{ at: { row, column: 1 }, message }];
    }),
};
