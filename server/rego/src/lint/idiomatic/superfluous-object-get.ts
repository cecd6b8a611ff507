// `object.get` whose default is not what it is compared with.

import type { Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { isBuiltinCall, literalsOf, nameOfCall } from '../source/names.ts';
import { isSameTerm } from '../source/same-tree.ts';
import { sidesOf } from '../source/sides.ts';

/** The rule `superfluous-object-get` of Regal. */
export const superfluousObjectGet: LintRule = {
  name: 'superfluous-object-get',
  category: 'idiomatic',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal, rule }) => {
      if (literal.kind !== 'expr') return [];
      const sides = sidesOf(literal);
      return sides.flatMap((side, index) => {
        const other = sides[1 - index];
        if (side.kind !== 'call' || nameOfCall(side) !== 'object.get') return [];
        if (!isBuiltinCall(side, file) || other === undefined) return [];
        const [, key, otherwise] = side.args;
        if (key === undefined || otherwise === undefined || !isFixedKey(key)) return [];
        if (!isConstant(otherwise) || !isConstant(other)) return [];
        if (isSameTerm(otherwise, other, rule)) return [];
        const message =
          'The default is not what this is compared with; write the reference itself.';
        return [{ at: side.at, message }];
      });
    }),
};

/** Whether a reference can have this key, or these. */
function isFixedKey(key: Term): boolean {
  return key.kind === 'array' ? key.items.every(isScalar) : isScalar(key);
}

function isScalar({ kind }: Term): boolean {
  return kind === 'scalar' || kind === 'number';
}

function isConstant(term: Term): boolean {
  if (term.kind === 'array' || term.kind === 'set') return term.items.every(isScalar);
  return term.kind === 'object' ? term.pairs.length === 0 : isScalar(term);
}
