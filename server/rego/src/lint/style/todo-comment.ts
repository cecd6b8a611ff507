// Comments about work that is left.

import type { LintRule } from '../source/model.ts';

/** The rule `todo-comment` of Regal. */
export const todoComment: LintRule = {
  name: 'todo-comment',
  category: 'style',
  level: 'error',
  check: ({ comments }) =>
    comments.flatMap(({ text, at }) =>
      /^#\s*(?:todo|fixme)\b/i.test(text)
        ? [{ at, message: 'Do what this comment says, or file it where work is planned.' }]
        : [],
    ),
};
