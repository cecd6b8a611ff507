// Unifications of two values that are known.

import type { Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { declaredIn, isGlobal, variablesIn } from '../source/names.ts';

/** The rule `prefer-equals-comparison` of Regal. */
export const preferEqualsComparison: LintRule = {
  name: 'prefer-equals-comparison',
  category: 'idiomatic',
  level: 'error',
  check: (file) =>
    file.module.rules.flatMap((rule) => {
      const visits = file.visitsOf.get(rule) ?? [];
      const own = new Set(declaredIn(rule, file).map(({ name }) => name));
      // "some x" alone gives x no value.
      for (const { node } of visits) {
        if (node.kind === 'some') for (const { name } of node.names) own.delete(name);
      }
      const isKnown = (term: Term) =>
        variablesIn(term).every(({ name }) => own.has(name) || isGlobal(name, file));
      return visits.flatMap(({ node }) => {
        if (node.kind !== 'unify' || !isKnown(node.left) || !isKnown(node.right)) return [];
        return [{ at: node.at, message: 'Both sides have values; compare them with "==".' }];
      });
    }),
};
