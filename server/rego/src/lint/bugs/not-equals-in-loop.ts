// Comparisons with != inside a loop, which hold for any other element.

import type { LintRule } from '../source/model.ts';
import { isWildcardRef, literalsOf, nameOfCall } from '../source/names.ts';

/** The rule `not-equals-in-loop` of Regal. */
export const notEqualsInLoop: LintRule = {
  name: 'not-equals-in-loop',
  category: 'bugs',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal }) => {
      const call = literal.kind === 'expr' ? literal.term : undefined;
      if (call?.kind !== 'call' || nameOfCall(call) !== 'neq' || !call.args.some(isWildcardRef)) {
        return [];
      }
      const message = 'This holds as soon as one element differs; write "not x in collection".';
      return [{ at: literal.at, message }];
    }),
};
