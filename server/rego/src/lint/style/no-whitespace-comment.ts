// Comments without a blank after their mark.

import type { LintRule } from '../source/model.ts';
import { matchesPattern } from '../source/options.ts';

/** The rule `no-whitespace-comment` of Regal. */
export const noWhitespaceComment: LintRule = {
  name: 'no-whitespace-comment',
  category: 'style',
  level: 'error',
  check: ({ comments }, { options }) => {
    const { 'except-pattern': except } = options;
    return comments.flatMap(({ text, at }) => {
      const rest = text.replace(/^#+/, '');
      if (rest === '' || /^\s/.test(rest)) return [];
      if (typeof except === 'string' && matchesPattern(except, rest)) return [];
      return [{ at, message: 'Write a blank after "#".' }];
    });
  },
};
