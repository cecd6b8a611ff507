// Loops in brackets that `some … in` says more clearly.

import type { Literal, Term } from '../../syntax/ast.ts';
import type { LintRule } from '../source/model.ts';
import { literalsOf } from '../source/names.ts';
import { numberOption } from '../source/options.ts';
import { outputsOf, setVariables } from '../source/output-variables.ts';
import { sidesOf } from '../source/sides.ts';

/** The rule `prefer-some-in-iteration` of Regal. */
export const preferSomeInIteration: LintRule = {
  name: 'prefer-some-in-iteration',
  category: 'style',
  level: 'error',
  check: (file, { options }) => {
    const nested = numberOption(options['ignore-nesting-level'], 2);
    const exceptsParts = options['ignore-if-sub-attribute'] !== false;
    const seen = new Map<object, Set<string>>();
    return literalsOf(file).flatMap(({ literal, rule, negated }) => {
      if (negated) return [];
      const before = seen.get(rule) ?? new Set<string>();
      seen.set(rule, before);
      const known = setVariables(rule, file);
      return loopsOf(literal).flatMap((term) => {
        const outputs = outputsOf(term, { file, known }).filter(({ name }) => !before.has(name));
        for (const { name, isNamed } of outputs) if (isNamed) before.add(name);
        if (outputs.length === 0 || outputs.length >= nested) return [];
        if (exceptsParts && endsInPart(term)) return [];
        return [{ at: term.at, message: 'Write this loop with "some … in".' }];
      });
    });
  },
};

/** References of a line that a loop in a line above could take the place of. */
function loopsOf(literal: Literal): readonly Term[] {
  if (literal.kind === 'assign' || literal.kind === 'unify') {
    return literal.kind === 'assign' ? [literal.right] : [literal.left, literal.right];
  }
  if (literal.kind !== 'expr') return [];
  const { term } = literal;
  if (term.kind !== 'call') return [term];
  // Where a member is compared with a constant, "in" alone says it.
  if (sidesOf(literal).some(({ kind }) => kind === 'scalar' || kind === 'number')) return [];
  return term.form === 'operator' ? term.args : [];
}

/** Whether a reference goes on after its last variable. */
function endsInPart(term: Term): boolean {
  return term.kind === 'ref' && term.path.at(-1)?.kind !== 'var';
}
