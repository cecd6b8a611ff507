// Rules that ask the clock twice, which gives the same time.

import type { Rule } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';

/** The rule `time-now-ns-twice` of Regal. */
export const timeNowNsTwice: LintRule = {
  name: 'time-now-ns-twice',
  category: 'bugs',
  level: 'error',
  check: (file) => {
    const seen = new Set<Rule>();
    return callsOf(file).flatMap(({ call, rule }) => {
      if (nameOfCall(call) !== 'time.now_ns') return [];
      const isFirst = !seen.has(rule);
      seen.add(rule);
      const message = 'The time is the same throughout an evaluation; the difference is 0.';
      return isFirst ? [] : [{ at: call.at, message }];
    });
  },
};
