// Comments without a blank after their mark.

import { offsetOf } from '../source/edits.ts';
import type { LintRule } from '../source/model.ts';
import { matchesPattern } from '../source/options.ts';

/** The rule `no-whitespace-comment` of Regal. */
export const noWhitespaceComment: LintRule = {
  name: 'no-whitespace-comment',
  category: 'style',
  level: 'error',
  check: ({ comments, text: whole }, { options }) => {
    const { 'except-pattern': except } = options;
    return comments.flatMap(({ text, at }) => {
      const rest = text.replace(/^#+/, '');
      if (rest === '' || /^\s/.test(rest)) return [];
      if (typeof except === 'string' && matchesPattern(except, rest)) return [];
      const start = offsetOf(whole, at) + text.length - rest.length;
      const edits = [{ start, end: start, text: ' ' }];
      return [{ at, message: 'Write a blank after "#".', edits }];
    });
  },
};
