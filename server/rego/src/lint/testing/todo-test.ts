// Tests that are to be written.

import type { LintRule } from '../source/model.ts';
import { nameOfRule } from '../source/names.ts';

/** The rule `todo-test` of Regal. */
export const todoTest: LintRule = {
  name: 'todo-test',
  category: 'testing',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap((rule) => {
      const name = nameOfRule(rule);
      if (!name.startsWith('todo_test_')) return [];
      return [{ at: rule.at, message: `Write ${name.slice(5)}, or remove it.` }];
    }),
};
