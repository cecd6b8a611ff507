// Counts of the occurrences of a text.

import type { LintRule } from '../source/model.ts';
import { callsOf, nameOfCall } from '../source/names.ts';

/** The rule `use-strings-count` of Regal. */
export const useStringsCount: LintRule = {
  name: 'use-strings-count',
  category: 'idiomatic',
  level: 'error',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      const [inner] = call.args;
      if (nameOfCall(call) !== 'count' || inner?.kind !== 'call') return [];
      if (nameOfCall(inner) !== 'indexof_n') return [];
      return [{ at: call.at, message: 'strings.count(text, part) counts occurrences; use it.' }];
    }),
};
