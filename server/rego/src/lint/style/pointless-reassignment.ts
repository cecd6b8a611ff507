// Variables and rules that only give another name.

import { isWildcard } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { literalsOf } from '../source/names.ts';

/** The rule `pointless-reassignment` of Regal. */
export const pointlessReassignment: LintRule = {
  name: 'pointless-reassignment',
  category: 'style',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal, parent }) => {
      if (parent?.kind === 'with' || literal.kind !== 'assign') return [];
      if (
        literal.left.kind !== 'var' ||
        literal.right.kind !== 'var' ||
        isWildcard(literal.left.name)
      )
        return [];
      const { name } = literal.right;
      return [{ at: literal.at, message: `${literal.left.name} is ${name}; use that name.` }];
    }),
};
