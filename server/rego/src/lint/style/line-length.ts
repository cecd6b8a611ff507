// Lines that are too long.

import type { LintRule } from '../source/model.ts';
import { numberOption } from '../source/options.ts';

/** The rule `line-length` of Regal. */
export const lineLength: LintRule = {
  name: 'line-length',
  category: 'style',
  level: 'error',
  check: ({ lines }, { options }) => {
    const most = numberOption(options['max-line-length'], 120);
    const word = numberOption(options['non-breakable-word-threshold'], 0);
    return lines.flatMap((line, index) => {
      const length = [...line].length;
      if (length <= most || (word > 0 && longestWord(line) > word)) return [];
      const message = `The line has ${length} characters, more than ${most}.`;
      return [{ at: { row: index + 1, column: 1 }, message }];
    });
  },
};

function longestWord(line: string): number {
  return Math.max(...line.split(/\s+/).map((word) => [...word].length));
}
