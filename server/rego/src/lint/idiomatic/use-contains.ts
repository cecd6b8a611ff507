// Set rules in the form without "contains".

import type { LintRule } from '../source/model.ts';
import { pathOfRule } from '../source/names.ts';

/** The rule `use-contains` of Regal. */
export const useContains: LintRule = {
  name: 'use-contains',
  category: 'idiomatic',
  level: 'error',
  check: ({ module, tokens }) => {
    const words = new Set(tokens.filter(({ text }) => text === 'contains').map(({ at }) => at.row));
    return module.rules.flatMap((rule) => {
      if (rule.shape !== 'set' || words.has(rule.member?.at.row ?? 0)) return [];
      const message = `Write "${pathOfRule(rule)} contains member if { … }" for a set rule.`;
      return [{ at: rule.at, message }];
    });
  },
};
