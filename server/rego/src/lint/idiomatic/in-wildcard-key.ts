// Loops that name a key and leave it out.

import type { LintRule } from '../source/model.ts';
import { isWildcardVar, literalsOf } from '../source/names.ts';

/** The rule `in-wildcard-key` of Regal. */
export const inWildcardKey: LintRule = {
  name: 'in-wildcard-key',
  category: 'idiomatic',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal }) => {
      if (literal.kind !== 'some-in' || !isWildcardVar(literal.key)) return [];
      return [{ at: literal.at, message: 'Leave "_," out: "some value in collection" is enough.' }];
    }),
};
