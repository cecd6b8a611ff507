// Functions that read more than their arguments.

import type { LintRule } from '../source/model.ts';
import { numberOption } from '../source/options.ts';

/** The rule `external-reference` of Regal. */
export const externalReference: LintRule = {
  name: 'external-reference',
  category: 'style',
  level: 'error',
  check: (file, { options }) => {
    const most = numberOption(options['max-allowed'], 2);
    return file.module.rules
      .filter(({ args }) => args !== undefined)
      .flatMap((rule) => {
        const outside = (file.visitsOf.get(rule) ?? []).flatMap(({ node, isTarget }) => {
          const root = node.kind === 'ref' && node.head.kind === 'var' ? node.head.name : '';
          return !isTarget && (root === 'input' || root === 'data') ? [node] : [];
        });
        const first = outside[most];
        if (first === undefined) return [];
        const message =
          'Functions that read input and data are hard to test; pass them as arguments.';
        return [{ at: first.at, message }];
      });
  },
};
