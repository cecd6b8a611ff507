// Entrypoints with a name that says that they are internal.

import type { LintRule } from '../source/model.ts';
import { nameOfRule } from '../source/names.ts';

/** The rule `internal-entrypoint` of Regal. */
export const internalEntrypoint: LintRule = {
  name: 'internal-entrypoint',
  category: 'bugs',
  level: 'error',
  check: ({ annotations, module }) =>
    annotations.flatMap(({ declared, subjectRow }) => {
      if (declared.entrypoint !== true) return [];
      const rule = module.rules.find(({ at }) => at.row === subjectRow);
      if (rule === undefined || !nameOfRule(rule).startsWith('_')) return [];
      const name = nameOfRule(rule);
      const message = `${name} is an entrypoint, and its underscore says that it is internal.`;
      return [{ at: rule.at, message }];
    }),
};
