// Functions that look for an element of a collection.

import type { LintRule } from '../source/model.ts';
import { isWildcardRef, variablesIn } from '../source/names.ts';
import { sidesOf } from '../source/sides.ts';

/** The rule `custom-in-construct` of Regal. */
export const customInConstruct: LintRule = {
  name: 'custom-in-construct',
  category: 'idiomatic',
  level: 'error',
  check: ({ module }) =>
    module.rules.flatMap((rule) => {
      const [literal, ...more] = rule.branches[0]?.body ?? [];
      const names = (rule.args ?? []).flatMap(variablesIn).map(({ name }) => name);
      if (names.length !== 2 || more.length > 0) return [];
      const sides = sidesOf(literal);
      const loop = sides.find(isWildcardRef);
      const element = sides.find(({ kind }) => kind === 'var');
      if (loop?.kind !== 'ref' || loop.path.length !== 1 || element?.kind !== 'var') return [];
      if (loop.head.kind !== 'var' || !names.includes(loop.head.name)) return [];
      if (!names.includes(element.name)) return [];
      return [{ at: rule.at, message: 'This is what "element in collection" asks; write that.' }];
    }),
};
