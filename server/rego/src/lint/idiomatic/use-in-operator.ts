// Comparisons with each element of a collection.

import type { Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { isWildcardRef, isWildcardVar, literalsOf } from '../source/names.ts';
import { sidesOf } from '../source/sides.ts';

/** The rule `use-in-operator` of Regal. */
export const useInOperator: LintRule = {
  name: 'use-in-operator',
  category: 'idiomatic',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal, scope }) => {
      if (scope !== 'rule' || literal.kind === 'assign') return [];
      const [left, right] = sidesOf(literal);
      if (left === undefined || right === undefined) return [];
      if (endsInWildcard(left) === endsInWildcard(right)) return [];
      const other = endsInWildcard(left) ? right : left;
      if (other.kind === 'call' || isWildcardRef(other)) return [];
      const message = 'This asks whether a value is in a collection; write "value in collection".';
      return [{ at: literal.at, message }];
    }),
};

function endsInWildcard(term: Term): boolean {
  return term.kind === 'ref' && isWildcardVar(term.path.at(-1));
}
