// Counts that are compared with 0.

import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';

/** The rule `equals-over-count` of Regal. */
export const equalsOverCount: LintRule = {
  name: 'equals-over-count',
  category: 'performance',
  level: 'ignore',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      const [count, zero] = call.args;
      if (!['equal', 'neq', 'gt'].includes(nameOfCall(call))) return [];
      if (count?.kind !== 'call' || nameOfCall(count) !== 'count') return [];
      if (zero?.kind !== 'number' || zero.text !== '0') return [];
      const message = 'Comparing with the empty collection is faster than counting.';
      return [{ at: call.at, message }];
    }),
};
