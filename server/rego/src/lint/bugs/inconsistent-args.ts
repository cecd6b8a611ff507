// Functions whose argument has different names in its definitions.

import type { Rule, Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { isWildcardVar, pathOfRule } from '../source/names.ts';

/** The rule `inconsistent-args` of Regal. */
export const inconsistentArgs: LintRule = {
  name: 'inconsistent-args',
  category: 'bugs',
  level: 'error',
  check: ({ module }) => {
    const groups = new Map<string, Rule[]>();
    for (const rule of module.rules.filter(({ args }) => args !== undefined)) {
      const name = pathOfRule(rule);
      groups.set(name, [...(groups.get(name) ?? []), rule]);
    }
    return [...groups].flatMap(([name, rules]) => {
      const second = rules.find(({ args }) => !agrees(rules[0]?.args ?? [], args ?? []));
      if (second === undefined) return [];
      const message = `Definitions of ${name} name the same argument differently; use one name.`;
      return [{ at: second.at, message }];
    });
  },
};

function agrees(first: readonly Term[], other: readonly Term[]): boolean {
  if (first.length !== other.length) return true;
  return first.every((term, index) => {
    const second = other[index];
    if (term.kind !== 'var' || second?.kind !== 'var') return true;
    return isWildcardVar(term) || isWildcardVar(second) || term.name === second.name;
  });
}
