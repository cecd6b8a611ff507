// Rules that give a value where another reference is undefined.

import type { LintRule } from '../source/model.ts';
import { pathOfRule, staticPath } from '../source/names.ts';

/** The rule `default-over-not` of Regal. */
export const defaultOverNot: LintRule = {
  name: 'default-over-not',
  category: 'style',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap((rule) => {
      const { body = [], value, at } = rule.branches[0] ?? {};
      const [only] = body;
      if (rule.args !== undefined || only?.kind !== 'not' || body.length > 1) return [];
      if (value?.kind !== 'scalar' && value?.kind !== 'number') return [];
      const path = only.literal.kind === 'expr' ? staticPath(only.literal.term) : undefined;
      const twin = module.rules.some(
        (other) =>
          pathOfRule(other) === pathOfRule(rule) &&
          other.branches[0]?.body.length === 0 &&
          other.shape === 'value' &&
          staticPath(other.branches[0].value)?.join('.') === path?.join('.'),
      );
      if (path === undefined || !twin || at === undefined) return [];
      return [{ at, message: 'Write "default name := value" instead of negating the reference.' }];
    }),
};
