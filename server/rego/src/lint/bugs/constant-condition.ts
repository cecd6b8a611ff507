// Conditions that do not depend on anything.

import type { Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { literalsOf } from '../source/names.ts';

/** The rule `constant-condition` of Regal. */
export const constantCondition: LintRule = {
  name: 'constant-condition',
  category: 'bugs',
  level: 'error',
  check: (file) =>
    literalsOf(file).flatMap(({ literal }) => {
      if (literal.kind !== 'expr' || !isConstant(literal.term)) return [];
      const message = 'This condition is the same for every input; remove it or compare a value.';
      return [{ at: literal.at, message }];
    }),
};

const COMPARISONS: ReadonlySet<string> = new Set(['equal', 'neq', 'lt', 'lte', 'gt', 'gte']);

function isConstant(term: Term): boolean {
  if (isScalar(term)) return true;
  if (term.kind !== 'call' || term.form !== 'operator') return false;
  const [operator = ''] = term.name;
  return COMPARISONS.has(operator) && term.args.every(isScalar);
}

function isScalar({ kind }: Term): boolean {
  return kind === 'scalar' || kind === 'number';
}
