// Functions that compare their argument where the head could.

import type { LintRule } from '../source/model.ts';
import { nameOfCall } from '../source/names.ts';

/** The rule `equals-pattern-matching` of Regal. */
export const equalsPatternMatching: LintRule = {
  name: 'equals-pattern-matching',
  category: 'idiomatic',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap(({ args, branches, shape, at }) => {
      const value = branches[0]?.value;
      const [arg, ...more] = args ?? [];
      if (shape !== 'value' || branches[0]?.body.length !== 0 || more.length > 0) return [];
      if (arg?.kind !== 'var' || value?.kind !== 'call' || nameOfCall(value) !== 'equal') return [];
      const other = value.args.find((each) => each.kind !== 'var' || each.name !== arg.name);
      if (value.args.every((each) => each === other) || other === undefined) return [];
      if (other.kind !== 'scalar' && other.kind !== 'number') return [];
      return [{ at, message: 'Write the value as the argument of the head instead of comparing.' }];
    }),
};
