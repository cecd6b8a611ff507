// Rules that are too long.

import type { LintRule } from '../source/model.ts';
import { isTest, pathOfRule } from '../source/names.ts';
import { numberOption } from '../source/options.ts';

/** The rule `rule-length` of Regal. */
export const ruleLength: LintRule = {
  name: 'rule-length',
  category: 'style',
  level: 'error',
  check: ({ module, tokens, comments }, { options }) => {
    const most = numberOption(options['max-rule-length'], 30);
    const mostOfTests = numberOption(options['max-test-rule-length'], 60);
    const used = [...new Set(tokens.map(({ at }) => at.row))];
    const order = new Map(used.map((row, index) => [row, index]));
    const rules = module.rules.filter(
      ({ at }, index) => module.rules[index - 1]?.at.row !== at.row,
    );
    return rules.flatMap((rule, index) => {
      if (rule.branches.every(({ body }) => body.length === 0)) return [];
      const next = rules[index + 1]?.at.row;
      const end = used[(next === undefined ? used.length : (order.get(next) ?? 0)) - 1] ?? 0;
      if (end - rule.at.row < Math.min(most, mostOfTests)) return [];
      const inside = comments.filter(({ at }) => at.row >= rule.at.row && at.row <= end).length;
      const without = options['count-comments'] === true ? 0 : inside;
      const length = end - rule.at.row + 1 - without;
      const limit = isTest(rule) ? mostOfTests : most;
      if (length <= limit) return [];
      const message = `${pathOfRule(rule)} has ${length} lines, more than ${limit}; split it.`;
      return [{ at: rule.at, message }];
    });
  },
};
