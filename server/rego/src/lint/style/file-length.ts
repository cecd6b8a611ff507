// Files that are too long.

import type { LintRule } from '../source/model.ts';
import { numberOption } from '../source/options.ts';

/** The rule `file-length` of Regal. */
export const fileLength: LintRule = {
  name: 'file-length',
  category: 'style',
  level: 'error',
  check: ({ lines }, { options }) => {
    const most = numberOption(options['max-file-length'], 500);
    if (lines.length <= most) return [];
    const message = `The file has ${lines.length} lines, more than ${most}; split it.`;
    return [{ at: { row: 1, column: 1 }, message }];
  },
};
