// Texts that are not in their usual form.

import type { LintRule } from '../source/model.ts';

/** The rule `opa-fmt` of Regal, with the form that `policy fmt` writes. */
export const opaFmt: LintRule = {
  name: 'opa-fmt',
  category: 'style',
  level: 'error',
  check: (file, { format }) => {
    const formatted = format(file);
    if (formatted === undefined || formatted === file.text) return [];
    const lines = formatted.split(/\r?\n/);
    const index = file.lines.findIndex((line, row) => line !== lines[row]);
    const at = { row: Math.max(index, 0) + 1, column: 1 };
    const edits = [{ start: 0, end: file.text.length, text: formatted }];
    return [{ at, message: 'Format this file: novacron policy fmt.', edits }];
  },
};
