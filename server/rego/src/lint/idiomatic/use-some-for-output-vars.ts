// Variables that a reference binds without a declaration.

import { isWildcard, type Literal } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { declaredIn, isGlobal } from '../source/names.ts';

/** The rule `use-some-for-output-vars` of Regal. */
export const useSomeForOutputVars: LintRule = {
  name: 'use-some-for-output-vars',
  category: 'idiomatic',
  level: 'error',
  check: (file) => {
    return file.module.rules.flatMap((rule) => {
      const own = file.visitsOf.get(rule) ?? [];
      const declared = new Set([
        ...declaredIn(rule, file).map(({ name }) => name),
        ...own.flatMap(({ node }) => (node.kind === 'unify' ? variablesOfSide(node) : [])),
      ]);
      const seen = new Set<string>();
      return own.flatMap(({ node, scope }) => {
        if (node.kind !== 'ref' || scope === 'head') return [];
        return node.path.flatMap((part) => {
          if (part.kind !== 'var' || isWildcard(part.name) || seen.has(part.name)) return [];
          seen.add(part.name);
          if (isGlobal(part.name, file) || declared.has(part.name)) return [];
          const message = `Declare ${part.name} with "some", so that it is seen to be a loop.`;
          return [{ at: part.at, message }];
        });
      });
    });
  },
};

function variablesOfSide(literal: Extract<Literal, { readonly kind: 'unify' | 'assign' }>) {
  return [literal.left, literal.right].flatMap((side) => (side.kind === 'var' ? [side.name] : []));
}
