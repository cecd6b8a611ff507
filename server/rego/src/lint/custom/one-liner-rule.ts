// Rules that fit in one line.

import type { LintRule } from '../source/model.ts';
import { numberOption } from '../source/options.ts';

/** The rule `one-liner-rule` of Regal. */
export const oneLinerRule: LintRule = {
  name: 'one-liner-rule',
  category: 'custom',
  level: 'ignore',
  check: ({ module, lines }, { options }) => {
    const most = numberOption(options['max-line-length'], 120);
    return module.rules.flatMap(({ branches, at }) => {
      const [first, ...more] = branches;
      const [only] = first?.body ?? [];
      if (more.length > 0 || first?.body.length !== 1 || only === undefined) return [];
      const head = lines[at.row - 1]?.trim() ?? '';
      const line = lines[only.at.row - 1]?.trim() ?? '';
      const closing = lines[only.at.row]?.trim();
      if (only.at.row !== at.row + 1 || closing !== '}' || !head.endsWith('if {')) return [];
      if (head.length - 1 + line.length > most) return [];
      return [{ at, message: 'The body has one line; write the rule in one line without braces.' }];
    });
  },
};
