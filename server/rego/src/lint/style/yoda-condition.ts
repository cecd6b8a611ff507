// Comparisons with the constant on the left.

import type { Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { callsOf, isWildcardRef, nameOfCall } from '../source/names.ts';

/** The rule `yoda-condition` of Regal. */
export const yodaCondition: LintRule = {
  name: 'yoda-condition',
  category: 'style',
  level: 'error',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      const [left, right] = call.args;
      if (!COMPARISONS.has(nameOfCall(call)) || left === undefined || right === undefined)
        return [];
      if (!isConstant(left) || isConstant(right) || isWildcardRef(right)) return [];
      return [{ at: call.at, message: 'Write the constant on the right of the comparison.' }];
    }),
};

const COMPARISONS: ReadonlySet<string> = new Set(['equal', 'neq', 'lt', 'lte', 'gt', 'gte']);

function isConstant({ kind }: Term): boolean {
  return kind === 'scalar' || kind === 'number';
}
