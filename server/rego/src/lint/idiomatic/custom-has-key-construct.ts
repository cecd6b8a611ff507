// Functions that look for a key of an object.

import type { LintRule } from '../source/model.ts';
import { isWildcardVar, variablesIn } from '../source/names.ts';

/** The rule `custom-has-key-construct` of Regal. */
export const customHasKeyConstruct: LintRule = {
  name: 'custom-has-key-construct',
  category: 'idiomatic',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap((rule) => {
      const [literal, ...more] = rule.branches[0]?.body ?? [];
      const names = (rule.args ?? []).flatMap(variablesIn).map(({ name }) => name);
      if (names.length !== 2 || more.length > 0) return [];
      if (literal?.kind !== 'assign' && literal?.kind !== 'unify') return [];
      const sides = [literal.left, literal.right];
      const ref = sides.find(({ kind }) => kind === 'ref');
      if (!sides.some(isWildcardVar) || ref?.kind !== 'ref' || ref.path.length !== 1) return [];
      const used = [ref.head, ...ref.path].flatMap(variablesIn).map(({ name }) => name);
      if (!names.every((name) => used.includes(name))) return [];
      const message = 'This asks whether an object has a key; write "key in object.keys(object)".';
      return [{ at: rule.at, message }];
    }),
};
