// Comprehensions that collect the keys of an object.

import type { Literal, Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { isWildcardVar } from '../source/names.ts';

/** The rule `use-object-keys` of Regal. */
export const useObjectKeys: LintRule = {
  name: 'use-object-keys',
  category: 'idiomatic',
  level: 'error',
  check: (file) =>
    file.visits.flatMap(({ node }) => {
      if (node.kind !== 'comprehension' || node.shape !== 'set' || node.value.kind !== 'var')
        return [];
      const { name } = node.value;
      const [literal, ...more] = node.body;
      if (literal === undefined || more.length > 0 || !bindsKey(literal, name)) return [];
      return [
        { at: node.at, message: 'These are the keys of an object; write object.keys(object).' },
      ];
    }),
};

/** `some name, _ in object`, `object[name]` or `_ = object[name]`. */
function bindsKey(literal: Literal, name: string): boolean {
  if (literal.kind === 'some-in') return isNamed(literal.key, name) && isWildcardVar(literal.value);
  if (literal.kind === 'expr') return endsIn(literal.term, name);
  if (literal.kind !== 'unify' && literal.kind !== 'assign') return false;
  return isWildcardVar(literal.left) && endsIn(literal.right, name);
}

function endsIn(term: Term, name: string): boolean {
  return term.kind === 'ref' && term.path.length === 1 && isNamed(term.path[0], name);
}

function isNamed(term: Term | undefined, name: string): boolean {
  return term?.kind === 'var' && term.name === name;
}
