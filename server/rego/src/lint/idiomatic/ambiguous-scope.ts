// Annotations of one rule of several with the same name, without a scope.

import type { LintRule } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';

/** The rule `ambiguous-scope` of Regal. */
export const ambiguousScope: LintRule = {
  name: 'ambiguous-scope',
  category: 'idiomatic',
  level: 'error',
  check: ({ annotations, module }) => {
    const rowsOf = new Map<string, Set<number>>();
    for (const rule of module.rules) {
      const name = pathOfRule(rule);
      rowsOf.set(name, (rowsOf.get(name) ?? new Set<number>()).add(rule.at.row));
    }
    return [...rowsOf].flatMap(([name, rows]) => {
      const own = annotations.filter(({ subjectRow = 0 }) => rows.has(subjectRow));
      const [only, ...more] = own;
      // Where each definition has an annotation of its own, each describes one.
      if (only === undefined || more.length > 0 || rows.size < 2 || name.startsWith('_')) return [];
      const { declared, row } = only;
      if (declared.scope !== undefined || declared.entrypoint === true) return [];
      const message = `Does this describe one definition of ${name} or all? Say it with "scope".`;
      return [{ at: { row, column: 1 }, message }];
    });
  },
};
